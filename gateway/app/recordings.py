"""Recordings: sound that came with a warning is played in place of the voice, as soon as it is there."""

from __future__ import annotations

from gateway.config.config import Config
from gateway.pipeline import Ledger
from gateway.pipeline.recordings import Recordings
from gateway.voice import CannotSay


def recordings(config: Config, ledger: Ledger) -> Recordings:
    """Kept under the site's data, fetched from where a warning says."""
    return Recordings(config.data / "recordings", ledger, _fetched)


async def _fetched(url: str, most: int, seconds: float) -> bytes:
    """At most so many bytes of this address, within so many seconds. Raises CannotSay."""
    from gateway.intake.fetch import (  # its HTTP client takes 18 MB: paid for at the first use
        Fetch,
        NotFetched,
    )

    fetch = Fetch()
    try:
        return (await fetch.get(url, most, seconds)).body or b""
    except NotFetched as failed:
        raise CannotSay(str(failed)) from failed
    finally:
        await fetch.close()
