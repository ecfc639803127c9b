"""Profiles are data: what ships loads, and a mistake in one says where it is."""

from __future__ import annotations

import pytest

from drivers.modbus.profile import BadProfile, load, names, parse

ALM = "icpdas-alm-04-mrtu"


def test_every_profile_that_ships_loads_and_bears_its_file_name() -> None:
    assert ALM in names()
    for name in names():
        assert load(name).id == name


def test_the_alm_04_is_mapped_as_its_manual_says() -> None:
    orders = load(ALM).orders(1, clip=3, volume=80)
    # ICP DAS ALM-04-MRTU user manual p. 25: volume in register 0, play index in register 1
    assert [order.encode().hex(" ").upper() for order in orders] == [
        "01 06 00 00 00 08 88 0C",
        "01 06 00 01 00 03 98 0B",
    ]


@pytest.mark.parametrize(("percent", "raw"), [(0, 0), (1, 1), (10, 1), (11, 2), (80, 8), (100, 10)])
def test_volume_is_rounded_up_so_that_sound_is_never_asked_for_as_silence(percent: int, raw: int) -> None:
    volume = load(ALM).volume
    assert volume is not None
    assert volume.raw(percent) == raw


def test_the_sites_clips_replace_the_profiles_and_other_tables_are_merged() -> None:
    profile = load(ALM, {"clips": {"7": {"meaning": "试音", "seconds": 3}}, "bus": {"broadcast": True}})
    assert list(profile.clips) == [7]
    assert profile.bus.broadcast
    assert profile.bus.turnaround_ms == 120


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"bus": {"gap": 5}}, "bus.gap"),
        ({"colour": "red"}, "colour"),
        ({"clips": {"16": {"meaning": "x", "seconds": 1}}}, "from 1 to 15"),
        ({"test": {"clip": 9}}, "test.clip 9"),
        ({"play": {"function": 3}}, "play.function"),
        ({"stop": {"function": 5, "value": 9}}, "coil"),
        ({"volume": {"low": 10}}, "volume.high"),
    ],
)
def test_a_wrong_profile_says_what_is_wrong_and_where(changes: dict[str, object], says: str) -> None:
    with pytest.raises(BadProfile, match=says):
        load(ALM, changes)


def test_an_unknown_name_and_a_file_that_is_not_toml_are_told() -> None:
    with pytest.raises(BadProfile, match=ALM):
        load("horn-of-plenty")
    with pytest.raises(BadProfile, match=r"site\.toml: 不是合法的 TOML.*not TOML"):
        parse("id = ", "site.toml")
