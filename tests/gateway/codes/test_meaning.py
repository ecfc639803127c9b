"""Hazard, level and speakers of a warning.

Source: codes and words of the national release system; GD/J 080 table 1 for the areas.
"""

from __future__ import annotations

import pytest

from gateway.codes import meaning
from gateway.judge import area
from gateway.model.alert import Area, Info, Pair, Severity
from gateway.model.hazard import Level
from gateway.model.region import Region
from gateway.model.speaker import Roster, Speaker


@pytest.mark.parametrize(
    ("headline", "level"),
    [
        ("舒城县气象台发布暴雨红色预警信号", Level.RED),
        ("舒城县气象台发布台风蓝色预警", Level.BLUE),
        ("舒城县气象台将暴雨橙色预警信号升级为红色预警信号", Level.RED),
        ("舒城县气象台将暴雨红色预警信号降级为黄色预警信号", Level.YELLOW),
        ("暴雨预警由橙色变更为红色", Level.RED),
        ("舒城县发布雷电黄色、暴雨橙色预警信号", Level.ORANGE),
        ("舒城县气象局发布暴雨预警[Ⅲ级/较重]", Level.YELLOW),
        ("舒城县气象局发布暴雨预警/III/较重", Level.YELLOW),
        ("舒城县气象局发布暴雨预警[IV级/一般]", Level.BLUE),
        ("舒城县发布地质灾害橙色气象风险预警", Level.ORANGE),
        ("舒城县气象台发布暴雨预警信号", Level.UNKNOWN),
        ("黄山市红旗乡提醒", Level.UNKNOWN),
    ],
)
def test_the_title_gives_the_level(headline: str, level: Level) -> None:
    assert meaning.level(Info(headline=headline)) is level


def test_a_colour_in_the_title_beats_the_severity_and_the_trace_sees_both() -> None:
    info = Info(headline="发布暴雨红色预警信号", severity=Severity.MINOR)
    assert meaning.level(info) is Level.RED
    assert meaning.levels(info) == {"headline": Level.RED, "severity": Level.BLUE}


def test_of_two_written_levels_the_worse_holds() -> None:
    parameters = (Pair("severityColor", "Orange"),)
    assert meaning.level(Info(headline="发布暴雨黄色预警信号", parameters=parameters)) is Level.ORANGE


def test_t37_severity_alone_counts_in_its_own_order() -> None:
    severities = (Severity.EXTREME, Severity.SEVERE, Severity.MODERATE, Severity.MINOR, Severity.UNKNOWN)
    assert [meaning.level(Info(severity=one)) for one in severities] == list(Level)


@pytest.mark.parametrize(
    ("event", "headline", "code"),
    [
        ("暴雨", "", "11B03"),
        ("", "舒城县气象台发布暴雪橙色预警信号", "11B04"),
        ("雷雨大风", "", "11B20"),
        ("山洪", "", "11A51"),
        ("", "舒城县发布山洪灾害气象预警", "11A51"),
        ("", "舒城县发布地质灾害气象风险橙色预警", "11B37"),
        ("地质灾害", "", "11B37"),
        ("Rainstorm", "", ""),
    ],
)
def test_words_name_the_hazard_and_the_longest_wins(event: str, headline: str, code: str) -> None:
    assert meaning.hazard(Info(event=event, headline=headline)).code == code


def test_a_letter_code_beats_the_words_and_an_unlisted_one_leaves_it_to_them() -> None:
    assert meaning.hazard(Info(event="大风", event_codes=(Pair("eventCode", "11B03"),))).code == "11B03"
    assert meaning.hazard(Info(event="大风", event_codes=(Pair("eventCode", "11B98"),))).code == "11B06"
    assert meaning.hazard(Info(event="大风", event_codes=(Pair("eventCode", "11B99"),))).code == "11B06"
    assert meaning.hazard(Info(event="怪事", event_codes=(Pair("eventCode", "11B99"),))).code == "11B99"


VILLAGE = "341523104201"


@pytest.mark.parametrize(
    ("code", "hit"),
    [
        ("340000000000", True),
        ("341500000000", True),
        ("341523000000", True),
        ("341523", True),
        ("341523104000", True),
        ("341523104", True),
        ("34152310400000", True),
        (VILLAGE, True),
        ("100000", True),
        ("000000", True),
        ("全国", True),
        ("341523104202", False),
        ("341523105000", False),
        ("341524", False),
        ("350000000000", False),
        ("000000000000", True),
        ("34152", False),
        ("34", False),
        ("3415231042015", False),
    ],
)
def test_t34_a_larger_area_covers_the_smaller_and_never_the_other_way(code: str, hit: bool) -> None:
    info = Info(areas=(Area(geocodes=(Pair("CPEAS Geographic Code", code),)),))
    roster = Roster(1, (), (Speaker("square", "广场", Region(VILLAGE), "line", 1),))
    assert bool(area.targets(info, roster)) is hit


def test_a_village_never_sounds_in_its_township() -> None:
    town = Roster(1, (), (Speaker("office", "镇政府", Region("341523104000"), "line", 1),))
    info = Info(areas=(Area(geocodes=(Pair("CPEAS Geographic Code", VILLAGE),)),))
    assert area.targets(info, town) == ()


@pytest.mark.parametrize(
    "value",
    [
        "341523104201,341523104202",
        "341523104201，341523104202",
        "341523104201 341523104202\n",
        "341523104201、341523104202",
    ],
)
def test_several_codes_may_stand_in_one_value(value: str) -> None:
    info = Info(areas=(Area(geocodes=(Pair("", value),)),))
    assert [region.code for region in area.regions(info)] == ["341523104201", "341523104202"]


@pytest.mark.parametrize(
    "name", ["SAME", "FIPS6", "UGC", "profile:CAP-CP:Location:0.3 SGC", "EMMA_ID", "Taiwan_Geocode_103"]
)
def test_the_codes_of_other_countries_are_not_taken_for_ours(name: str) -> None:
    assert area.regions(Info(areas=(Area(geocodes=(Pair(name, "341523"),)),))) == ()
