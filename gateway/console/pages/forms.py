"""Forms: the fields that a browser sends, and where its page comes from."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from fastapi import Request


async def fields(request: Request) -> Mapping[str, str]:
    """The fields of an urlencoded form, the first value of each."""
    raw = (await request.body()).decode("utf-8", "replace")
    return {key: values[0] for key, values in parse_qs(raw).items()}


def foreign(request: Request) -> bool:
    """Whether a form comes from another site's page."""
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != request.headers.get("host")
