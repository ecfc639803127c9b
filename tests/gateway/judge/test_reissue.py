"""A re-issue: worse is news, what was not heard whole is said whole, the rest is listed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gateway.judge import Past
from gateway.judge.sense import senses
from gateway.model.alert import Alert
from gateway.model.judgement import Judgement
from gateway.model.plan import ToneName
from gateway.model.reason import Reason
from tests.support.judge_cases import DAY, NIGHT, alert, area, ask, cancel, info, kept

HOUR = timedelta(hours=1)
FIRST = "预计未来3小时青石镇将有100毫米以上强降雨，请注意防范。"
EVERYBODY = ("square", "slope")


def issue(description: str, name: str = "B", sent: Any = DAY + HOUR, **changes: Any) -> Alert:
    return alert(info(description=description, **{"instruction": "", **changes}), name, sent)


def said(*speakers: str, live: bool = True, of: Alert | None = None, **changes: Any) -> Past:
    first = of or issue(FIRST, "A", DAY)
    return replace(kept(first, ask(first), *speakers, live=live), **changes)


def tones(answer: Judgement) -> dict[str, ToneName]:
    return (
        {name: part.script.tone for part in answer.plan.parts for name in part.targets} if answer.plan else {}
    )


WORSE = FIRST.replace("100毫米", "200毫米")


def test_a_worse_re_issue_is_an_update_where_the_first_was_heard() -> None:
    answer = ask(issue(WORSE), said(*EVERYBODY))
    assert answer.verdict.name == "air"
    assert tones(answer) == dict.fromkeys(EVERYBODY, ToneName.RED)
    assert answer.plan
    assert "200毫米" in answer.plan.parts[0].script.text
    assert [ending.why.reason for ending in answer.endings] == [Reason.REPLACED]


def test_it_is_the_whole_warning_where_the_first_was_not_heard_whole() -> None:
    answer = ask(issue(WORSE), said(*EVERYBODY, partly=frozenset({"slope"})))
    assert answer.plan
    words = {name: part.script.sentences[0] for part in answer.plan.parts for name in part.targets}
    assert words["square"] != words["slope"]
    alone = ask(issue(FIRST, "C", DAY))
    assert alone.plan
    assert words["slope"] == alone.plan.parts[0].script.sentences[0]


def test_what_says_nothing_new_is_listed() -> None:
    for text in (FIRST, FIRST.replace("100毫米", "80毫米"), FIRST.replace("将有", "仍将有")):
        answer = ask(issue(text, instruction=""), said(*EVERYBODY))
        assert answer.verdict.why.reason in (Reason.SAME_RECENTLY, Reason.REISSUED), text
        assert not answer.plan


def test_while_the_first_still_waits_a_re_issue_that_says_nothing_new_is_listed() -> None:
    answer = ask(issue(FIRST.replace("将有", "仍将有")), said())
    assert answer.verdict.why.reason is Reason.SAME_RECENTLY


def test_who_did_not_hear_the_first_hears_the_re_issue_whatever_it_is() -> None:
    """A person stopped everything after one of two speakers had heard it."""
    stopped = said(*EVERYBODY, live=False, partly=frozenset({"slope"}))
    for text in (FIRST, FIRST.replace("将有", "仍将有"), FIRST.replace("100毫米", "80毫米")):
        assert tones(ask(issue(text), stopped)) == {"slope": ToneName.RED}, text
    assert set(tones(ask(issue(FIRST), said(live=False)))) == set(EVERYBODY)


def test_a_stop_at_one_speaker_shadows_nothing_there() -> None:
    live = said("square", live=True, over=frozenset({"slope"}))
    assert tones(ask(issue(FIRST.replace("将有", "仍将有")), live)) == {"slope": ToneName.RED}


def test_more_has_fallen_and_nothing_is_worse_is_one_chime_by_day() -> None:
    first = issue("过去1小时65毫米，" + FIRST, "A", DAY)
    more = "过去1小时80毫米，" + FIRST
    answer = ask(issue(more), said(*EVERYBODY, of=first))
    assert tones(answer) == dict.fromkeys(EVERYBODY, ToneName.CHIME)
    assert answer.plan
    assert all(part.once and part.by_day for part in answer.plan.parts)
    chimed = kept(issue(more), answer, *EVERYBODY)
    again = issue(more.replace("80毫米", "90毫米"), "D", DAY + 2 * HOUR)
    third = ask(again, said(*EVERYBODY, of=first), chimed)
    assert third.verdict.why.reason is Reason.SAME_RECENTLY


def test_at_night_what_is_only_new_is_listed_and_what_is_worse_airs() -> None:
    first = issue("过去1小时65毫米，" + FIRST, "A", NIGHT)
    more = issue("过去1小时80毫米，" + FIRST, sent=NIGHT + HOUR)
    assert ask(more, said(*EVERYBODY, of=first)).verdict.why.reason is Reason.SAME_RECENTLY
    worse = issue("过去1小时80毫米，" + WORSE, sent=NIGHT + HOUR)
    assert tones(ask(worse, said(*EVERYBODY, of=first))) == dict.fromkeys(EVERYBODY, ToneName.RED)


def test_it_is_compared_with_what_was_said_last() -> None:
    first, second = said(*EVERYBODY), said(*EVERYBODY, of=issue(WORSE, "B"))
    third = issue(FIRST.replace("100毫米", "150毫米"), "C", DAY + 2 * HOUR)
    assert ask(third, first, second).verdict.why.reason is Reason.SAME_RECENTLY


def test_a_longer_validity_is_worse_and_one_that_moves_on_is_new() -> None:
    first = issue(FIRST, "A", DAY, expires=DAY + 2 * HOUR)
    longer = ask(issue(FIRST, expires=DAY + 6 * HOUR), said(*EVERYBODY, of=first))
    assert tones(longer) == dict.fromkeys(EVERYBODY, ToneName.RED)
    moved = ask(issue(FIRST.replace("将有", "仍将有"), expires=DAY + 3 * HOUR), said(*EVERYBODY, of=first))
    assert tones(moved) == dict.fromkeys(EVERYBODY, ToneName.CHIME)


def test_a_wider_area_is_worse() -> None:
    wider = ask(issue(FIRST, areas=area("341523000000")), said(*EVERYBODY))
    assert tones(wider) == dict.fromkeys(EVERYBODY, ToneName.RED)


def test_the_first_goes_on_where_the_worse_one_does_not_mean_all_of_its_speakers() -> None:
    narrow = issue(WORSE, areas=area("341523104202"))
    assert not ask(narrow, said(*EVERYBODY)).endings


def test_another_issuers_worse_warning_ends_nothing() -> None:
    other = issue(WORSE, sender_name="安岭市气象台")
    answer = ask(other, said(*EVERYBODY))
    assert (answer.verdict.name, answer.endings) == ("air", ())


def test_a_cancel_ends_every_live_plan_of_what_it_names() -> None:
    first = said("square")
    assert first.plan
    both = replace(first, again=(replace(first.plan, id="0" * 32),))
    ended = {ending.plan for ending in ask(cancel(first.alert), both).endings}
    assert ended == {first.plan.id, "0" * 32}


def test_a_re_issue_in_other_words_is_looked_up_by_the_same_key() -> None:
    reworded = issue(WORSE, instruction="请立即转移到高处。")
    assert set(senses(issue(FIRST))) & set(senses(reworded))
    orange = info("舒城县气象台发布暴雨橙色预警信号")
    assert not set(senses(issue(FIRST))) & set(senses(alert(orange)))


ADDED = ("阵风9级，", "请立即转移，", "沙河镇、", "有溃坝可能，", "小时雨强60毫米/小时，")


@given(
    st.integers(1, 500),
    st.integers(-400, 400),
    st.sets(st.sampled_from(ADDED)),
    st.permutations(("过去1小时出现20毫米降雨", "预计未来3小时将有{}毫米以上强降雨", "请注意防范")),
    st.sampled_from((DAY, NIGHT)),
)
def test_worse_is_never_listed_and_nothing_new_never_airs(
    rain: int, more: int, added: set[str], clauses: list[str], at: Any
) -> None:
    before = "。".join(("过去1小时出现20毫米降雨", f"预计未来3小时将有{rain}毫米以上强降雨", "请注意防范"))
    now = "".join(sorted(added)) + "。".join(clauses).format(max(1, rain + more))
    first = issue(before, "A", at)
    answer = ask(issue(now, sent=at + HOUR), said(*EVERYBODY, of=first))
    worse = bool(added) or max(1, rain + more) > rain
    assert (answer.verdict.name == "air") == worse
    assert worse == (ToneName.RED in tones(answer).values())


def test_while_the_clock_cannot_be_trusted_nothing_is_compared() -> None:
    assert ask(issue(FIRST.replace("将有", "仍将有")), said(*EVERYBODY), trusted=False).plan
