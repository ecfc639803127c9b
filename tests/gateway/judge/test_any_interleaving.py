"""Any interleaving of documents, expiry and restarts over several sources.

The documents are alerts, updates, cancels, duplicates and re-issues. Nothing cancelled is on the air, no
cancel is said as a warning, and no live warning is muted by another's fault.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from gateway.judge import Judgement, Policy
from gateway.judge.ended import ended
from gateway.judge.schedule import ends
from gateway.model.alert import Alert, Area, Info, MsgType, Pair, Reference, Scope, Status
from gateway.model.judgement import Past, Trust
from gateway.model.plan import Act, ToneName
from gateway.model.reason import Reason, Why
from gateway.model.region import Region
from gateway.model.speaker import Roster, Speaker
from gateway.model.verdict import Hold, Store
from gateway.runtime.clock import CHINA
from gateway.wording import likeness
from tests.support.history import History

START = datetime(2026, 7, 28, 9, 0, tzinfo=CHINA)
VILLAGES = ("341523104201", "341523104202", "341523104203")
ROSTER = Roster(
    1, (), tuple(Speaker(code[-3:], code, Region(code), "line", n) for n, code in enumerate(VILLAGES, 1))
)
ROADS = ("push", "broker", "poll", "liar")
POLICIES = {
    "push": Policy("push", frozenset({"county"})),
    "broker": Policy("broker", frozenset({"county", "station"})),
    "poll": Policy("poll", frozenset({"relay"}), trust=Trust.RELAYED),
    "liar": Policy("liar", frozenset({"somebody"})),
}
SENDERS = {"push": "county", "broker": "county", "poll": "relay", "liar": "county"}
HAZARDS = ("暴雨", "台风", "山洪灾害")
LEVELS = ("红色", "橙色")

villages = st.sets(st.sampled_from(VILLAGES), min_size=1).map(lambda found: tuple(sorted(found)))
official = st.sampled_from(("push", "broker"))
anybody = st.sampled_from(ROADS)


def info(hazard: str, level: str, where: tuple[str, ...], text: str, expires: datetime) -> Info:
    return Info(
        language="zh-CN",
        event=hazard,
        sender_name="舒城县气象台",
        headline=f"舒城县气象台发布{hazard}{level}预警信号",
        description=text,
        instruction=f"请防范{hazard}。",
        expires=expires,
        areas=(Area(geocodes=tuple(Pair("CPEAS Geographic Code", code) for code in where)),),
    )


class Sources(RuleBasedStateMachine):
    """Documents arrive by day, so that hours decide nothing; what may sound does so at once."""

    @initialize()
    def begin(self) -> None:
        self.now = START
        self.history = History(POLICIES, ROSTER)
        self.sent: list[tuple[Alert, str]] = []
        self.count = 0
        self.latest: list[tuple[Alert, str, Judgement]] = []
        self.held: dict[tuple[str, str], Hold] = {}
        self.asked: dict[tuple[str, str], set[str]] = {}
        """By an end that names nothing: the warnings that must not sound on until a person said no."""

    def arrive(self, alert: Alert, source: str) -> Judgement:
        answer = self.history.arrives(alert, source, self.now)
        self.sent.append((alert, source))
        self.look_at(alert, source, answer)
        return answer

    def look_at(self, alert: Alert, source: str, answer: Judgement) -> None:
        self.latest = [(alert, source, answer)]
        if isinstance(answer.verdict, Hold):
            self.held[alert.key.digest, source] = answer.verdict

    def named(self) -> str:
        self.count += 1
        return f"34152341600000_{20260728090000 + self.count}"

    def made(self, source: str, kind: MsgType, infos: tuple[Info, ...], *references: Reference) -> Alert:
        return Alert(
            self.named(),
            SENDERS[source],
            self.now,
            Status.ACTUAL,
            kind,
            Scope.PUBLIC,
            references=references,
            infos=infos,
        )

    @rule(
        source=anybody,
        hazard=st.sampled_from(HAZARDS),
        level=st.sampled_from(LEVELS),
        where=villages,
        minutes=st.integers(20, 300),
    )
    def alert(self, source: str, hazard: str, level: str, where: tuple[str, ...], minutes: int) -> None:
        """A new warning."""
        said = info(hazard, level, where, f"第{self.count}号。", self.now + timedelta(minutes=minutes))
        self.arrive(self.made(source, MsgType.ALERT, (said,)), source)

    @precondition(lambda self: bool(self.sent))
    @rule(data=st.data(), source=anybody, where=villages, level=st.sampled_from(LEVELS))
    def update(self, data: st.DataObject, source: str, where: tuple[str, ...], level: str) -> None:
        """An update of something that was sent, by anybody."""
        of, _ = data.draw(st.sampled_from(self.sent))
        hazard = of.infos[0].event if of.infos else "暴雨"
        said = info(hazard, level, where, f"第{self.count}号更新。", self.now + timedelta(hours=2))
        self.arrive(self.made(source, MsgType.UPDATE, (said,), self.reference(of)), source)

    @precondition(lambda self: bool(self.sent))
    @rule(data=st.data(), source=anybody, loud=st.booleans())
    def cancel(self, data: st.DataObject, source: str, loud: bool) -> None:
        """An end of something that was sent, by anybody; it may look as grave as what it ends."""
        of, _ = data.draw(st.sampled_from(self.sent))
        infos = of.infos if loud else ()
        self.arrive(self.made(source, MsgType.CANCEL, infos, self.reference(of)), source)

    @precondition(lambda self: bool(self.sent))
    @rule(data=st.data(), source=anybody)
    def again(self, data: st.DataObject, source: str) -> None:
        """The same document once more, perhaps over another road."""
        alert, _ = data.draw(st.sampled_from(self.sent))
        self.arrive(alert, source)

    @precondition(lambda self: bool(self.sent))
    @rule(data=st.data(), source=official)
    def reissued(self, data: st.DataObject, source: str) -> None:
        """The same content under a new name without references."""
        alert, _ = data.draw(st.sampled_from(self.sent))
        if alert.msg_type is MsgType.ALERT:
            again = replace(alert, identifier=self.named(), sent=self.now, sender="county")
            self.arrive(again, source)

    @precondition(lambda self: bool(self.sent))
    @rule(data=st.data(), source=official)
    def issued_again_and_worse(self, data: st.DataObject, source: str) -> None:
        """The same signal under a new name, with more rain than any before: it is never stored."""
        alert, _ = data.draw(st.sampled_from(self.sent))
        if alert.msg_type is MsgType.ALERT and alert.infos and not likeness.ending(alert):
            text = f"预计未来3小时雨量将达{100 + self.count}毫米。"
            worse = replace(alert.infos[0], description=text, expires=self.now + timedelta(hours=2))
            again = replace(self.made(source, MsgType.ALERT, (worse,)), sender="county")
            answer = self.arrive(again, source)
            assert answer.verdict.name == "air", answer.verdict

    @precondition(lambda self: bool(self.history.on_the_air()))
    @rule(data=st.data())
    def stopped_and_issued_again(self, data: st.DataObject) -> None:
        """A person stops what some speakers have not heard whole; the same comes under a new name."""
        live = [
            one
            for one in self.history.on_the_air()
            if one.plan and one.plan.act is Act.WARNING and one.source in ("push", "broker")
        ]
        if not live:
            return
        of = data.draw(st.sampled_from(live))
        assert of.plan
        cut = data.draw(st.sets(st.sampled_from(sorted(of.plan.targets)), min_size=1))
        stopped = replace(of, live=False, partly=frozenset(cut))
        self.history.past = [stopped if one is of else one for one in self.history.past]
        elsewhere = [one for one in self.history.past if one is not stopped]
        heard = {name for one in elsewhere for name in one.whole | one.expected}
        again = replace(of.alert, identifier=self.named(), sent=self.now, sender="county", references=())
        if again.msg_type is MsgType.ALERT and all(
            one.expires and one.expires > self.now for one in again.infos
        ):
            answer = self.arrive(again, of.source)
            told = answer.plan.targets if answer.plan else ()
            assert cut - heard <= set(told), answer.verdict

    @precondition(lambda self: bool(self.sent))
    @rule(data=st.data(), where=villages, bare=st.booleans())
    def same_over_another_road(self, data: st.DataObject, where: tuple[str, ...], bare: bool) -> None:
        """The same warning by its national identifier, from another office of the authority.

        It is wider or narrower, with or without its text.
        """
        alert, _ = data.draw(st.sampled_from(self.sent))
        if alert.msg_type is MsgType.ALERT and alert.infos:
            one = alert.infos[0]
            codes = tuple(Pair("CPEAS Geographic Code", code) for code in where)
            info = replace(one, areas=(Area(geocodes=codes),))
            if bare:
                info = replace(info, description="", instruction="")
            self.arrive(replace(alert, sender="station", infos=(info,)), "broker")

    @rule(source=official, where=villages)
    def cancel_before_its_alert(self, source: str, where: tuple[str, ...]) -> None:
        """The end overtakes what it ends."""
        said = info("台风", "红色", where, "迟到。", self.now + timedelta(hours=2))
        late = self.made(source, MsgType.ALERT, (said,))
        self.now += timedelta(seconds=30)
        self.arrive(self.made(source, MsgType.CANCEL, (), self.reference(late)), source)
        self.now += timedelta(seconds=30)
        answer = self.arrive(late, source)
        assert answer.plan is None

    @precondition(lambda self: bool(self.sent))
    @rule(data=st.data(), source=anybody, fast=st.integers(-90, 90), wrong=st.integers(1, 20))
    def cancel_by_a_wrong_clock(self, data: st.DataObject, source: str, fast: int, wrong: int) -> None:
        """An end that names a document by its sender and identifier; all its times are wrong."""
        of, _ = data.draw(st.sampled_from(self.sent))
        named = replace(self.reference(of), sent=of.sent + timedelta(minutes=wrong))
        end = self.made(source, MsgType.CANCEL, (), named)
        self.arrive(replace(end, sent=self.now + timedelta(minutes=fast)), source)
        for one in self.history.on_the_air():
            named_so = (one.alert.sender, one.alert.identifier) == (of.sender, of.identifier)
            if one.plan and one.plan.act is Act.WARNING and self.obeyed(one, source):
                assert not named_so, one.alert.identifier

    @rule(
        source=anybody,
        hazard=st.sampled_from(HAZARDS),
        level=st.sampled_from(LEVELS),
        where=villages,
        kind=st.sampled_from((MsgType.CANCEL, MsgType.ALERT, MsgType.UPDATE)),
        fast=st.integers(-90, 90),
    )
    def lift_without_a_name(
        self, source: str, hazard: str, level: str, where: tuple[str, ...], kind: MsgType, fast: int
    ) -> None:
        """An end that names nothing, perhaps sent as a warning: what it means by issuer, hazard and area
        waits."""
        title = f"舒城县气象台解除{hazard}{level}预警信号"
        said = replace(
            info(hazard, level, where, title + "。", self.now + timedelta(hours=1)), headline=title
        )
        lift = self.made(source, kind, (replace(said, instruction=""),))
        lift = replace(lift, sent=self.now + timedelta(minutes=fast))
        meant = {
            one.alert.key.digest
            for one in self.history.on_the_air()
            if one.plan
            and one.plan.act is Act.WARNING
            and one.alert.sender == lift.sender
            and self.obeyed(one, source)
            and {(each.event, each.headline[-7:]) for each in one.alert.infos} == {(hazard, title[-7:])}
            and set(one.plan.targets) <= {code[-3:] for code in where}
        }
        self.arrive(lift, source)
        self.asked[lift.key.digest, source] = meant

    @precondition(lambda self: any(one.reason is Reason.LIFT_UNCLEAR for one in self.history.past))
    @rule(data=st.data(), yes=st.booleans())
    def a_person_answers(self, data: st.DataObject, yes: bool) -> None:
        """Yes: it is the end of the first that it may mean. No: nothing ends."""
        waiting = [one for one in self.history.past if one.reason is Reason.LIFT_UNCLEAR]
        one = data.draw(st.sampled_from(waiting))
        held = self.held[one.alert.key.digest, one.source]
        self.asked.pop((one.alert.key.digest, one.source), None)
        if not yes:
            said_no = Store(Why(Reason.STOPPED, {"person": "王芳"}))
            self.history.past.remove(one)
            self.history.past.append(replace(one, verdict="store", decided=said_no))
            return
        approved = replace(held, approved=("王芳",), pauses=held.pauses[:1])
        answer = self.history.arrives(one.alert, one.source, self.now, approved)
        self.look_at(one.alert, one.source, answer)
        living = {past.alert.key.digest for past in self.history.on_the_air()}
        assert not living & set(approved.pauses)

    @rule(minutes=st.integers(1, 90))
    def time_passes(self, minutes: int) -> None:
        """Plans end with their warnings; past six in the evening a new day begins."""
        self.latest = []
        self.now += timedelta(minutes=minutes)
        if self.now.hour >= 12:
            self.now = self.now.replace(hour=9) + timedelta(days=1)
        self.history.past = [
            replace(one, live=False)
            if one.plan and one.plan.not_after and one.plan.not_after <= self.now
            else one
            for one in self.history.past
        ]

    @rule()
    def restart(self) -> None:
        """Held documents are judged again; everything else is as the ledger has it."""
        for one in list(self.history.past):
            held = self.held.get((one.alert.key.digest, one.source))
            if one.verdict == "hold" and held and held.until is not None:
                self.look_at(
                    one.alert, one.source, self.history.arrives(one.alert, one.source, self.now, held)
                )

    @staticmethod
    def reference(of: Alert) -> Reference:
        return Reference(of.sender, of.identifier, of.sent)

    @staticmethod
    def obeyed(one: Past, source: str) -> bool:
        """Whether this road may end a document: its own, or one that is trusted no more."""
        return source != "liar" and (one.source == source or POLICIES[source].trust <= one.trust)

    def trusted_ends(self, of: Past) -> list[Past]:
        return [
            one
            for one in self.history.past
            if one.verdict == "stop"
            and (one.source == of.source or one.trust <= of.trust)
            and any(reference.identifier == of.alert.identifier for reference in one.alert.references)
        ]

    @invariant()
    def nothing_cancelled_is_on_the_air(self) -> None:
        for one in self.history.on_the_air():
            if one.plan and one.plan.act is Act.WARNING:
                assert not self.trusted_ends(one), one.alert.identifier

    @invariant()
    def an_end_is_never_a_warning(self) -> None:
        for alert, _, answer in self.latest:
            if ended(alert) or any("解除" in one.headline for one in alert.infos):
                assert answer.verdict.name != "air"
                assert answer.plan is None or answer.plan.act in (Act.LIFT, Act.CORRECTION)

    @invariant()
    def what_reads_like_an_end_has_no_siren(self) -> None:
        for alert, _, answer in self.latest:
            if answer.plan and any("解除" in one.headline for one in alert.infos):
                tones = {part.script.tone for part in answer.plan.parts}
                assert not tones & {ToneName.RED, ToneName.ORANGE}

    @invariant()
    def what_an_end_may_mean_waits_for_an_answer(self) -> None:
        holds = [one.decided for one in self.history.past if isinstance(one.decided, Hold)]
        paused = {key for hold in holds for key in hold.pauses}
        for meant in self.asked.values():
            for one in self.history.on_the_air():
                if one.alert.key.digest in meant:
                    assert one.alert.key.digest in paused, one.alert.identifier

    @invariant()
    def nothing_stale_begins(self) -> None:
        """An end that is not after the time of issue is not believed (`schedule.impossible`)."""
        for alert, _, answer in self.latest:
            if answer.plan and answer.plan.act is Act.WARNING:
                assert any(one.expires and ends(one, alert.sent) > self.now for one in alert.infos)

    @invariant()
    def the_liar_moves_nothing(self) -> None:
        for _, source, answer in self.latest:
            if source == "liar":
                assert answer.verdict.name == "quarantine"
                assert not answer.endings
                assert answer.plan is None

    @invariant()
    def a_relay_ends_nothing_of_the_authority(self) -> None:
        for _, source, answer in self.latest:
            if source == "poll":
                ended_plans = {ending.plan for ending in answer.endings}
                owners = {one.source for one in self.history.past if one.plan and one.plan.id in ended_plans}
                assert owners <= {"poll"}

    @invariant()
    def a_new_official_warning_is_never_muted(self) -> None:
        """It sounds, or the same is said already, or a newer one that was obeyed ended or followed it."""
        for alert, source, answer in self.latest:
            if (
                source in ("push", "broker")
                and alert.msg_type is MsgType.ALERT
                and alert.sender == "county"
                and answer.plan is None
                and not any("解除" in one.headline for one in alert.infos)
            ):
                excuses = {
                    *("duplicate", "reissued", "same_recently", "other_road"),
                    *("already_cancelled", "superseded", "expired"),
                }
                assert str(answer.verdict.why.reason) in excuses, answer.verdict
                if answer.verdict.why.reason in ("already_cancelled", "superseded"):
                    assert any(
                        one.trust is Trust.OFFICIAL
                        and one.alert.sender == "county"
                        and one.verdict != "quarantine"
                        for one in self.history.past
                        if one.alert.identifier == answer.verdict.why.fields["by"]
                    )
                if answer.verdict.why.reason in ("same_recently", "reissued", "duplicate"):
                    told = [one for one in self.history.past if one.plan and (one.live or one.sounded)]
                    known = {one.alert.identifier for one in told} | {
                        one.alert.identifier for one in self.history.past if one.verdict != "quarantine"
                    }
                    assert answer.verdict.why.fields.get("as", alert.identifier) in known

    @invariant()
    def one_warning_has_one_voice_at_a_speaker(self) -> None:
        """Over however many roads a warning comes, no speaker has it on the air twice."""
        voices: dict[tuple[str, str], int] = {}
        for one in self.history.on_the_air():
            if one.plan and one.plan.act is Act.WARNING:
                for target in one.plan.targets:
                    voices[one.alert.kin, target] = voices.get((one.alert.kin, target), 0) + 1
        assert all(count == 1 for count in voices.values())


TestSources = Sources.TestCase
TestSources.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)


@pytest.mark.slow
@pytest.mark.timeout(300)
class TestSourcesForLong(TestSources):  # type: ignore[misc, valid-type]  # hypothesis makes the class
    """The same with more stories of twice the length."""

    settings = settings(max_examples=300, stateful_step_count=50, deadline=None)
