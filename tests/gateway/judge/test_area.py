"""Which value of a geocode is the whole country."""

from __future__ import annotations

import pytest

from gateway.judge.area import regions_of
from gateway.model.alert import Area, Pair

NATION = "000000000000"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ISO3166-1", "CN"),
        ("ISO 3166-1", "CHN"),
        ("iso3166", "156"),
        ("country", "cn"),
        ("国家", "156"),
        ("CPEAS Geographic Code", "156"),
        ("CPEAS Geographic Code", "000000"),
        ("CPEAS Geographic Code", "000000000000"),
        ("CPEAS Geographic Code", "100000000000"),
        ("", "中国"),
        ("", "全国大部地区"),
    ],
)
def test_the_whole_country(name: str, value: str) -> None:
    assert [region.code.rstrip("0") in ("", "1") for region in regions_of(area(name, value))] == [True]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ISO3166-1", "CH"),
        ("country", "CHE"),
        ("country", "CHL"),
        ("", "CH"),
        ("country", "CNN"),
        ("Zone", "156"),
        ("profile:CAP-CP:Location:0.3", "156"),
        ("country", "1560"),
        ("ISO3166-2", "CH-ZH"),
        ("SAME", "000000"),
        ("", "中国台湾"),
        ("", "全国人大"),
        ("advisory", "341523"),
    ],
)
def test_no_country_of_ours(name: str, value: str) -> None:
    assert regions_of(area(name, value)) == ()


@pytest.mark.parametrize("name", ["CH", "Switzerland", "156"])
def test_the_name_of_an_area_without_a_code_is_no_country_of_ours(name: str) -> None:
    assert regions_of(Area(name)) == ()


def area(name: str, value: str) -> Area:
    return Area("a", geocodes=(Pair(name, value),))
