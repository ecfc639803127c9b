"""Web: the API and the pages of the console, over this daemon's desk."""

from __future__ import annotations

from gateway.config.config import Config
from gateway.config.sources import HttpSource
from gateway.console import Desk, Tokens, create, owner_token
from gateway.console.server import Web


def web(config: Config, desk: Desk) -> Web:
    """The server, with the owner's token and those of the HTTP sources.

    Raises OSError where the file of a token cannot be read.
    """
    sources = {
        source.name: source.token_file.read_text("utf-8").strip()
        for source in config.sources
        if isinstance(source, HttpSource)
    }
    return Web(create(desk, Tokens(owner_token(config.data), sources)), config.http)
