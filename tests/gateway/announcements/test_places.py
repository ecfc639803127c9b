"""Lists of places in a clause, and what is said of them."""

from __future__ import annotations

import pytest

from gateway.announcements.places import elsewhere, listed, resolved, shortened

OURS = ("青石镇", "石桥村")
SHORTENED = [
    ("过去2小时柳河乡、青石镇、晓天镇已出现60毫米降雨", "过去2小时青石镇等地已出现60毫米降雨"),
    (
        "过去3小时青石镇曾家湾、柳林乡岩口等地降水量已达100.2毫米",
        "过去3小时青石镇曾家湾等地降水量已达100.2毫米",
    ),
    ("青石、柳林等乡镇仍有30～50毫米降雨", "青石等乡镇仍有30～50毫米降雨"),
    ("我县县城、驿马、青石、赤城等乡镇将出现大雾", "我县青石等乡镇将出现大雾"),
    ("我县青石镇和晓天镇将有大雾", "我县青石镇等地将有大雾"),
    ("影响和平镇、青石镇和平村、晓天镇", "影响青石镇和平村等地"),
    ("今天16时至20时青石镇、柳林乡可能出现道路结冰", "今天16时至20时青石镇等地可能出现道路结冰"),
]
UNCHANGED = [
    "青石镇石桥村、山背村将出现强降雨",
    "晓天镇、柳河乡将有大雾",
    "并可能伴有雷电、短时大风",
    "发生城市内涝、洪水、山洪和地质灾害的风险很高",
    "请注意防范塌方、滑坡、泥石流等地质灾害",
    "停止集会、停课、停业（除特殊行业外）",
    "机场、铁路、公路等交通管理部门",
    "伴有7、8级大风",
    "镇、乡",
    "",
]


@pytest.mark.parametrize(("clause", "said"), SHORTENED)
def test_an_amount_for_several_places_is_said_of_ours(clause: str, said: str) -> None:
    words, left = shortened(clause, OURS)
    assert words == said
    assert left
    assert not any(name in said for name in left)


@pytest.mark.parametrize("clause", UNCHANGED)
def test_what_names_no_other_place_beside_ours_stays(clause: str) -> None:
    assert shortened(clause, OURS) == (clause, ())


def test_a_list_of_other_things_is_none() -> None:
    assert [listed(clause) for clause in UNCHANGED[2:]] == [None] * 8


def test_the_places_above_are_said_by_name() -> None:
    earlier = ["过去2小时柳河乡、青石镇、晓天镇已出现60毫米降雨"]
    for above in ("上述乡镇", "上述地区", "以上区域", "上述三个乡镇"):
        assert resolved(f"预计{above}仍有50毫米", earlier, OURS) == "预计青石镇等地仍有50毫米"
    assert resolved("上述地区仍有雨", ["晓天镇、柳河乡有雨"], OURS) == "晓天镇、柳河乡仍有雨"
    assert resolved("上述地区仍有雨", ["日照镇、和平乡有雨"], OURS) == "日照镇、和平乡仍有雨"
    assert resolved("上述地区仍有雨", ["目前有雨"], OURS) == "上述地区仍有雨"
    assert resolved("降雨50毫米以上", earlier, OURS) == "降雨50毫米以上"


def test_a_clause_of_other_places_alone_is_known() -> None:
    assert elsewhere("金河县、石台县可能发生山洪灾害", OURS)
    assert not elsewhere("青石镇、晓天镇可能发生山洪灾害", OURS)
    assert not elsewhere("其他乡镇可能发生山洪灾害", OURS)
    assert not elsewhere("全县大部有暴雨", OURS)
