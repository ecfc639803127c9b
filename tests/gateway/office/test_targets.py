"""Which speakers a name means."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.model.place import Place
from gateway.model.region import Region
from gateway.model.speaker import Village
from gateway.office.targets import speakers_at
from tests.support.county import NEXT_TOWNSHIP, ROSTER, TOGETHER, TOWNSHIP

BANK = Place("bank", "河岸", speakers=("h1", "f2"))
RESERVOIR = Place("reservoir", "库区")
HEWAN = Village(Region("341523104202"), "河湾村")
SITE = replace(ROSTER, places=(BANK, RESERVOIR), villages=(*ROSTER.villages, HEWAN))


@pytest.mark.parametrize(
    ("target", "speakers"),
    [
        ("all", ["a", "b", "h1", "h2", "f1", "f2"]),
        ("h1", ["h1"]),
        ("河岸", ["h1", "f2"]),
        ("bank", ["h1", "f2"]),
        ("河湾村", ["h1", "h2"]),
        (TOWNSHIP, list(TOGETHER)),
        (NEXT_TOWNSHIP, ["b"]),
        ("341523104202", ["h1", "h2"]),
        ("341523", ["a", "b", "h1", "h2", "f1", "f2"]),
        ("火星", None),
        ("999999999999", None),
        ("", None),
        ("库区", []),
    ],
)
def test_a_target_is_everything_a_speaker_an_area_a_village_or_a_code(
    target: str, speakers: list[str] | None
) -> None:
    assert speakers_at(SITE, target) == speakers
