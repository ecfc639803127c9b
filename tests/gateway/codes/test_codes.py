"""The one table of hazard codes and levels: known pairs, and which way each scale counts."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from gateway import codes
from gateway.codes import HAZARDS, SCALES, meaning
from gateway.model.alert import Info, Pair, Severity
from gateway.model.hazard import UNKNOWN, Level


def test_every_hazard_has_a_letter_code_a_name_in_both_languages_and_no_code_twice() -> None:
    for code, hazard in HAZARDS.items():
        assert re.fullmatch(r"1[1-4][A-HJ-NP-U]\d{2}", code)
        assert hazard.code == code
        assert hazard.zh
        assert hazard.en
    assert not [name for name, count in Counter(one.zh for one in HAZARDS.values()).items() if count > 1]


@pytest.mark.parametrize(
    ("scheme", "code", "letter"),
    [
        ("gbt", "10101", "11A01"),
        ("gbt", "10201", "11B01"),
        ("gbt", "10203", "11B03"),
        ("gbt", "10300", "11C00"),
        ("gbt", "21502", "12Q02"),
        ("gbt", "21801", "12T01"),
        ("gbt", "10109", "11B22"),
        ("qweather", "1003", "11B03"),
        ("qweather", "1214", "11A51"),
        ("qweather", "1241", "11D01"),
        ("weathercn", "02", "11B03"),
        ("weathercn", "14", "11B21"),
        ("cma", "0002", "11B03"),
        ("cma", "0024", "11A51"),
    ],
)
def test_known_pairs(scheme: codes.Scheme, code: str, letter: str) -> None:
    found = codes.hazard(scheme, code)
    assert found is not None
    assert found.code == letter


def test_gb_t_codes_follow_the_letters_where_the_standard_gives_no_other() -> None:
    """`1kLnn` → class digit, rank of the letter (I skipped, O skipped), number."""
    ranks = dict(zip("ABCDEFGH", range(1, 9), strict=True)) | dict(zip("JKLMN", range(9, 14), strict=True))
    ranks |= dict(zip("PQRSTU", range(14, 20), strict=True))
    for row in codes._TABLE["hazards"]:
        code = row["code"]
        if "gbt" in row and code != "11B22":
            assert row["gbt"] == f"{code[1]}{ranks[code[2]]:02}{code[3:]}"


def test_qweather_numbers_follow_the_letters() -> None:
    for row in codes._TABLE["hazards"]:
        usual = next(iter(codes._listed(row, "qweather")), "")
        if usual and row["code"].startswith("11B"):
            assert usual == "10" + row["code"][3:]


def test_no_code_and_no_name_means_two_hazards() -> None:
    for scheme in ("letter", "gbt", "qweather", "weathercn", "cma"):
        given = [code for row in codes._TABLE["hazards"] for code in codes._listed(row, scheme)]
        assert len(given) == len(set(given)), scheme
        assert scheme != "letter" or not HAZARDS.keys() & set(given)
    words = [word for row in codes._TABLE["hazards"] for word in (row["zh"], *row.get("also", ()))]
    assert len(words) == len(set(words))


def test_a_hazard_is_like_one_that_is_like_none() -> None:
    for code, like in codes.LIKE.items():
        assert code in HAZARDS
        assert like in HAZARDS
        assert like not in codes.LIKE


@pytest.mark.parametrize(
    ("scheme", "code", "name"),
    [
        ("qweather", "1206", "渍涝"),
        ("qweather", "1211", "中小河流洪水"),
        ("qweather", "1272", "重污染"),
        ("qweather", "1250", "地质灾害气象风险"),
        ("weathercn", "58", "低温雨雪冰冻"),
        ("weathercn", "98", "重污染"),
        ("letter", "11B58", "雷雨大风"),
        ("letter", "11B30", "低温雨雪冰冻"),
    ],
)
def test_a_scheme_may_have_several_codes_for_a_hazard(scheme: codes.Scheme, code: str, name: str) -> None:
    assert codes.hazard(scheme, code) == codes.named(name)


@pytest.mark.parametrize("bad", ["11B98", "", "1003", "99999"])
def test_what_the_table_has_not_is_nothing(bad: str) -> None:
    assert codes.hazard("letter", bad) is None
    assert codes.named("石桥村通知") is UNKNOWN


def test_a_compact_code_is_read_and_a_longer_number_is_not() -> None:
    assert codes.lettered("11B0302") == HAZARDS["11B03"]
    assert codes.lettered("event 11B03") == HAZARDS["11B03"]
    assert codes.lettered("11B031") is None


WORST_FIRST = [Level.RED, Level.ORANGE, Level.YELLOW, Level.BLUE]


@pytest.mark.parametrize(
    ("scale", "values"),
    [
        ("severity", ["Extreme", "Severe", "Moderate", "Minor"]),
        ("national", ["Red", "Orange", "Yellow", "Blue"]),
        ("ebm", ["1", "2", "3", "4"]),
        ("ebi", ["01", "02", "03", "04"]),
        ("weathercn", ["04", "03", "02", "01"]),
        ("cma", ["1", "2", "3", "4"]),
        ("colour", ["红色", "橙色", "黄色", "蓝色"]),
        ("grade", ["Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ"]),
        ("grade", ["一", "二", "三", "四"]),
        ("words", ["特别严重", "严重", "较重", "一般"]),
        ("words", ["特别重大", "重大", "较大", "一般"]),
        ("risk", ["很高", "高", "较高", "一定"]),
        ("risk", ["很大", "大", "较大", "一定"]),
        ("fire", ["五", "四", "三", "二"]),
    ],
)
def test_each_scale_counts_in_its_own_direction(scale: str, values: list[str]) -> None:
    assert [codes.level(scale, value) for value in values] == WORST_FIRST


def test_every_scale_is_pinned_above() -> None:
    ours = {
        "severity",
        "national",
        "ebm",
        "ebi",
        "weathercn",
        "cma",
        "colour",
        "grade",
        "words",
        "risk",
        "fire",
    }
    assert set(SCALES) == ours
    for scale in SCALES.values():
        assert set(scale.values.values()) == set(WORST_FIRST)


@pytest.mark.parametrize(
    ("parameter", "value", "level"),
    [
        ("LEVELCODE", "04", Level.RED),
        ("EBM.Severity", "1", Level.RED),
        ("EventLevel", "04", Level.BLUE),
        ("severityColor", "Orange", Level.ORANGE),
        ("awareness_level", "4; red; Extreme", Level.RED),
    ],
)
def test_a_parameter_names_its_scale(parameter: str, value: str, level: Level) -> None:
    assert meaning.level(Info(parameters=(Pair(parameter, value),))) is level


def test_number_against_title_the_worse_one_wins() -> None:
    said = Info(headline="舒城县气象台发布暴雨黄色预警信号", parameters=(Pair("LEVELCODE", "04"),))
    assert meaning.written(said) == {"headline": Level.YELLOW, "weathercn": Level.RED}
    assert meaning.level(said) is Level.RED


def test_a_green_day_warns_of_nothing() -> None:
    green = Info(severity=Severity.MINOR, parameters=(Pair("awareness_level", "1; green; Minor"),))
    assert meaning.green(green)
    assert not meaning.green(Info(headline="暴雨红色预警", parameters=(Pair("awareness_level", "1; green"),)))
