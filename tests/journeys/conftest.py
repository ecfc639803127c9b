"""Fixtures of the journeys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.brokers import Mosquitto
from tests.support.county import cap
from tests.support.daytime import now
from tests.support.township import SENDER, County, Township


@pytest.fixture
def county(mosquitto: Mosquitto) -> Iterator[County]:
    county = County(mosquitto.port)
    yield county
    county.close()


@pytest.fixture
def township(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Township]:
    broker = request.getfixturevalue("mosquitto") if "mosquitto" in request.fixturenames else None
    township = Township(tmp_path, broker)
    township.start()
    yield township
    township.stop()


@pytest.fixture
def warning() -> Callable[..., bytes]:
    """A county's warning, sent now. It is brief, because journeys live by the wall clock."""

    def make(identifier: str = "A1", **changes: Any) -> bytes:
        sent = changes.pop("sent", now().replace(microsecond=0))
        return cap(identifier, sent, **{"brief": True, **changes})

    return make


@pytest.fixture
def cancelling() -> Callable[[str, datetime], bytes]:
    """A Cancel without info for a warning sent at that time."""

    def make(identifier: str, sent: datetime) -> bytes:
        reference = f"{SENDER},{identifier},{sent.isoformat(timespec='seconds')}"
        later = sent + timedelta(seconds=1)
        return cap(identifier + "C", later, msg_type="Cancel", references=reference, info=False)

    return make
