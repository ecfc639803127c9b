"""The places that a text names."""

from __future__ import annotations

from gateway.model.gazetteer import Gazetteer
from gateway.model.region import Region
from gateway.wording.places import named

COUNTY = Gazetteer.of(
    (Region(code), name)
    for code, name in (
        ("349931101000", "清溪镇"),
        ("349931101201", "槐树村"),
        ("349931102000", "桐岭镇"),
        ("349931201000", "和平乡"),
        ("349931103000", "石鼓镇"),
    )
)
CLEAR, SAME, COMMON, DRUM = "349931101", "349931102", "349931201", "349931103"


def test_the_name_of_the_issuer_names_no_township() -> None:
    answer = named("桐岭县气象台发布暴雨橙色预警信号：预计未来6小时我县有暴雨。", COUNTY, ["桐岭县气象台"])
    assert answer.whole
    assert not answer.townships


def test_a_list_may_leave_ranks_out() -> None:
    answer = named("预计未来3小时清溪、和平和石鼓镇将出现暴雨。", COUNTY)
    assert answer.closed
    assert answer.townships == {CLEAR, COMMON, DRUM}


def test_what_is_excepted_is_not_meant() -> None:
    answer = named("预计未来3小时除清溪镇外，其余乡镇将出现暴雨。", COUNTY)
    assert answer.meant([CLEAR, SAME]) == {SAME}
