"""A county's code and the places in its text: each township is asked by itself."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.judge import Judgement, area, block
from gateway.model.alert import ISSUER, Alert, Area, Info, MsgType, Pair, Reference
from gateway.model.reason import Reason
from gateway.model.region import Region
from gateway.model.speaker import Roster, Speaker, Village
from gateway.model.verdict import Air, Hold
from tests.support.judge_cases import POLICY, alert, ask, info, kept
from tests.support.rules import judge

ROWS = {
    "349931101000": "清溪镇",
    "349931101201": "石桥村",
    "349931102000": "桐岭镇",
    "349931201000": "白云乡",
    "349931103000": "石鼓镇",
    "349931202000": "柳沟乡",
}
VILLAGES = tuple(Village(Region(code), name) for code, name in ROWS.items())
SPEAKERS = (
    Speaker("clear", "石桥", Region("349931101201"), "line", 1),
    Speaker("slope", "坡脚", Region("349931101202"), "line", 2, risk_point=True),
    Speaker("same", "上桐", Region("349931102201"), "line", 3),
    Speaker("cloud", "云脚", Region("349931201201"), "line", 4),
)
ROSTER = Roster(1, VILLAGES, SPEAKERS)
OURS = {"清溪镇": {"clear", "slope"}, "桐岭镇": {"same"}, "白云乡": {"cloud"}}
ALL = {"clear", "slope", "same", "cloud"}
COUNTY = "349931000000"
HEAD = "桐岭县气象台发布暴雨橙色预警信号"


def county(text: str, headline: str = HEAD, code: str = COUNTY, named: str = "桐岭县", **more: str) -> Info:
    where = (Area(named, geocodes=(Pair("CPEAS Geographic Code", code),)),)
    return info(headline, description=text, instruction="", sender_name="桐岭县气象台", areas=where, **more)


def judged(*blocks: Info, roster: Roster = ROSTER) -> Judgement:
    return ask(alert(infos=blocks), roster=roster)


def heard(answer: Judgement) -> set[str]:
    assert isinstance(answer.verdict, Air), answer.verdict
    assert answer.plan
    return set(answer.plan.targets)


@pytest.mark.parametrize(
    ("text", "speakers"),
    [
        ("预计未来6小时我县清溪镇将出现100毫米以上降雨。", {"clear", "slope"}),
        ("预计未来6小时我县清溪镇、石鼓镇、白云乡将出现100毫米以上降雨。", {"clear", "slope", "cloud"}),
        ("预计未来6小时我县大部乡镇将出现100毫米以上降雨。", ALL),
        ("预计未来6小时清溪镇、石鼓镇等乡镇将出现100毫米以上降雨。", ALL),
        ("预计未来6小时石鼓镇、柳沟乡等乡镇将出现100毫米以上降雨。", ALL),
        ("预计未来6小时除清溪镇外，我县其余乡镇将出现60毫米以上降雨。", {"same", "cloud"}),
        ("预计未来3小时清溪镇石桥村将出现60毫米以上短时强降雨。", {"clear", "slope"}),
        ("过去1小时石鼓镇已出现50毫米降雨，预计未来3小时全县仍有50毫米以上降雨。", ALL),
        ("过去1小时石鼓镇已出现50毫米降雨，预计未来3小时白云乡将有50毫米以上降雨。", {"cloud"}),
        ("预计未来3小时将出现100毫米以上降雨。", ALL),
    ],
)
def test_each_township_is_asked_by_itself(text: str, speakers: set[str]) -> None:
    assert heard(judged(county(text))) == speakers


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("目前强降雨云团已影响我县石鼓镇、柳沟乡，预计未来6小时将出现80毫米左右的降雨。", "石鼓镇、柳沟乡"),
        ("预计未来6小时我县湾潭镇将出现80毫米左右的降雨。", "湾潭镇"),
    ],
)
def test_a_text_that_names_others_only_waits_for_a_person(text: str, names: str) -> None:
    answer = judged(county(text))
    assert isinstance(answer.verdict, Hold)
    assert answer.verdict.why.reason is Reason.OTHER_TOWNSHIPS
    assert answer.verdict.why.fields == {"names": names}
    assert answer.verdict.until is None
    red = judged(county(text, headline="桐岭县气象台发布暴雨红色预警信号"))
    assert heard(red) == ALL
    assert isinstance(red.verdict, Air)
    assert [why.reason for why in red.verdict.flags] == [Reason.OTHER_TOWNSHIPS]


def test_a_text_that_excepts_all_of_ours_waits_for_a_person_in_red_too() -> None:
    text = "预计未来6小时除清溪镇、桐岭镇、白云乡外，其余乡镇将出现100毫米以上降雨。"
    answer = judged(county(text, headline="桐岭县气象台发布暴雨红色预警信号"))
    assert isinstance(answer.verdict, Hold)
    assert answer.verdict.why.reason is Reason.EXCEPTED_TOWNSHIPS


@pytest.mark.parametrize("code", ["349931101000", "349931101201"])
def test_a_more_precise_code_is_obeyed_whatever_the_text_names(code: str) -> None:
    answer = judged(county("预计未来6小时白云乡、石鼓镇将出现80毫米降雨。", code=code))
    assert heard(answer) <= {"clear", "slope"}


def test_two_codes_add_to_each_other() -> None:
    both = county("预计未来6小时白云乡将出现80毫米降雨。", code=f"{COUNTY},349931102000")
    assert heard(judged(both)) == {"cloud", "same"}


def test_a_more_precise_code_beside_the_county_s_means_ours_although_the_text_names_others() -> None:
    both = county("预计未来6小时石鼓镇将出现80毫米降雨。", code=f"{COUNTY},349931102000")
    assert heard(judged(both)) == {"same"}


def test_a_translation_goes_where_the_chinese_text_goes() -> None:
    chinese = county("预计未来6小时清溪镇将出现80毫米降雨。")
    english = county("Heavy rain in the next six hours.", headline="Orange rainstorm warning", language="en")
    english = replace(english, event="Rainstorm")
    assert set(block.by_speaker((chinese, english), ROSTER)) == {"clear", "slope"}
    assert set(block.by_speaker((english,), ROSTER)) == ALL


def test_a_text_without_an_area_is_narrowed_like_a_county_s() -> None:
    without = replace(county("预计未来6小时清溪镇将出现80毫米降雨。"), areas=())
    assert set(block.by_speaker((without,), ROSTER, everywhere=True)) == {"clear", "slope"}
    others = replace(county("预计未来6小时石鼓镇将出现80毫米降雨。"), areas=())
    assert set(block.by_speaker((others,), ROSTER, everywhere=True)) == ALL


def test_the_description_of_an_area_names_places_too() -> None:
    silent = county("预计未来6小时将出现80毫米降雨。", named="桐岭县清溪镇")
    assert heard(judged(silent)) == {"clear", "slope"}
    both = county("预计未来6小时白云乡将出现80毫米降雨。", named="清溪镇")
    assert heard(judged(both)) == {"clear", "slope", "cloud"}
    wide = county("预计未来6小时全县将出现80毫米降雨。", named="清溪镇")
    assert heard(judged(wide)) == ALL


def test_the_name_of_the_issuer_is_no_township() -> None:
    answer = judged(county("桐岭县气象台28日9时发布暴雨橙色预警信号：预计未来3小时我县有暴雨。"))
    assert heard(answer) == ALL


def test_a_township_without_a_name_is_never_left_out() -> None:
    nameless = Roster(1, tuple(village for village in VILLAGES if village.name != "白云乡"), SPEAKERS)
    answer = judged(county("预计未来6小时我县清溪镇将出现100毫米以上降雨。"), roster=nameless)
    assert heard(answer) == {"clear", "slope", "cloud"}
    others = judged(county("预计未来6小时湾潭镇将出现100毫米以上降雨。"), roster=Roster(1, (), SPEAKERS))
    assert heard(others) == ALL


def test_a_block_that_names_others_gives_way_to_one_that_names_ours() -> None:
    red = county("预计未来6小时石鼓镇有150毫米降雨。", headline="桐岭县气象台发布暴雨红色预警信号")
    orange = county("预计未来6小时清溪镇有80毫米降雨。")
    chosen = block.by_speaker((red, orange), ROSTER)
    assert {name for name, one in chosen.items() if one is orange} == {"clear", "slope"}


def test_what_the_words_leave_out_is_not_told_that_it_is_over() -> None:
    first = alert(county("预计未来6小时清溪镇、白云乡将出现80毫米降雨。"))
    before = kept(first, ask(first, roster=ROSTER), "clear", "slope", "cloud")
    update = Alert(
        "B",
        first.sender,
        first.sent,
        first.status,
        MsgType.UPDATE,
        first.scope,
        references=(Reference(first.sender, first.identifier, first.sent),),
        infos=(county("预计未来6小时白云乡、桐岭镇将出现80毫米降雨。"),),
    )
    answer = ask(update, before, roster=ROSTER)
    assert heard(answer) == {"cloud", "same"}
    step = next(
        step for step in answer.trace if step.answer == "not named" and step.rule == "difference.left"
    )
    assert step.speakers == ("clear", "slope")


def test_a_hold_ends_nothing() -> None:
    first = alert(county("预计未来6小时清溪镇将出现80毫米降雨。"))
    before = kept(first, ask(first, roster=ROSTER), "clear", "slope")
    update = Alert(
        "B",
        first.sender,
        first.sent,
        first.status,
        MsgType.UPDATE,
        first.scope,
        references=(Reference(first.sender, first.identifier, first.sent),),
        infos=(county("预计未来6小时石鼓镇将出现80毫米降雨。"),),
    )
    answer = ask(update, before, roster=ROSTER)
    assert isinstance(answer.verdict, Hold)
    assert not answer.endings


def test_the_trace_tells_of_each_township_what_the_text_says() -> None:
    answer = judged(county("预计未来6小时清溪镇将出现100毫米以上降雨。"))
    told = {step.saw: step.answer for step in answer.trace if step.rule == "area.words"}
    assert told == {"清溪镇: 清溪镇": "named", "桐岭镇: ": "not named", "白云乡: ": "not named"}
    answer = judged(county("预计未来6小时除清溪镇外，其余乡镇将出现60毫米以上降雨。"))
    told = {step.saw: step.answer for step in answer.trace if step.rule == "area.words"}
    assert told == {
        "清溪镇: 清溪镇": "excepted",
        "桐岭镇: 其余": "the whole area",
        "白云乡: 其余": "the whole area",
    }


@given(st.sets(st.sampled_from(sorted(ROWS.values())), min_size=1), st.permutations(sorted(ROWS.values())))
@settings(max_examples=100, deadline=None)
def test_naming_some_sounds_exactly_there(chosen: set[str], order: list[str]) -> None:
    names = [name for name in order if name in chosen and not name.endswith("村")]
    wanted = {speaker for name in names for speaker in OURS.get(name, ())}
    if not wanted:
        return
    text = f"预计未来6小时{'、'.join(names)}将出现80毫米以上降雨。"
    plain = county(text)
    assert set(area.targets(plain, ROSTER)) == wanted
    with_issuer = county(f"桐岭县气象台28日10时发布暴雨橙色预警信号：{text}")
    assert set(area.targets(with_issuer, ROSTER)) == wanted
    but = county(f"预计未来6小时除{'、'.join(names)}外，其余乡镇将出现80毫米以上降雨。")
    assert set(area.targets(but, ROSTER)) == (ALL - wanted or ALL)


REGIONS = [
    ("349931", None),
    ("349900", Reason.NO_AREA),
    ("340000", Reason.NO_AREA),
    ("000000", Reason.NO_AREA),
]


@pytest.mark.parametrize(("region", "reason"), REGIONS)
def test_the_region_of_an_issuer_that_is_wider_than_a_county_waits_for_a_person(
    region: str, reason: Reason | None
) -> None:
    """A list names no area. CAP's own code of a prefecture means all of it, as ever."""
    block = county("预计未来3小时降雨量将达50毫米以上。")
    assumed = replace(block, areas=(Area(geocodes=(Pair(ISSUER, region),)),))
    verdict = judged(assumed).verdict
    assert (verdict.why.reason if isinstance(verdict, Hold) else None) == reason
    named = replace(block, areas=(Area(geocodes=(Pair("CPEAS Geographic Code", region),)),))
    assert isinstance(judged(named).verdict, Air)
    both = replace(block, areas=(*assumed.areas, *named.areas))
    assert isinstance(judged(both).verdict, Air)
    whole = replace(POLICY, no_area="whole")
    one = alert(infos=(assumed,))
    assert isinstance(judge(one, whole, (), ROSTER, one.sent).verdict, Air)
