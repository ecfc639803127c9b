"""Plays files of tests/data/nasty/ to the readers and judges, in a township of three speakers.

tests/data/nasty/README.md describes the files. For tests/corpus and the tests of the readers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from gateway.intake import Unreadable
from gateway.intake.readers import parse
from gateway.judge import Judgement, Policy
from gateway.judge.deed import divided
from gateway.model.judgement import ANY_SENDER, Trust
from gateway.model.place import Place
from gateway.model.plan import ToneName
from gateway.model.region import Region
from gateway.model.speaker import Position, Roster, Speaker, Village
from gateway.runtime.clock import CHINA
from gateway.voice.text.spoken import spoken
from tests.support.history import History

FOLDER = Path(__file__).parents[1] / "data" / "nasty"
ROSTER = Roster(
    1,
    (
        Village(Region("341523104000"), "青石镇"),
        Village(Region("341523105000"), "白云乡"),
        Village(Region("341523106000"), "晓天镇"),
    ),
    (
        Speaker("square", "广场", Region("341523104201"), "line", 1, position=Position(31.46, 116.94)),
        Speaker(
            "slope",
            "坡脚",
            Region("341523104202"),
            "line",
            2,
            position=Position(31.47, 116.96),
            risk_point=True,
        ),
        Speaker("baiyun", "白云", Region("341523105201"), "line", 3, position=Position(31.60, 117.10)),
    ),
    (Place("QS-SCHOOL", "青石中学", "school", ("slope",)),),
)
SENDERS = frozenset({"county", "34152341600000"})
POLICIES = {
    "county": Policy("county", SENDERS),
    "second": Policy("second", SENDERS),
    "qweather": Policy("qweather", frozenset({"qweather"}), trust=Trust.RELAYED, no_area="whole"),
    "list": Policy("list", frozenset({ANY_SENDER}), trust=Trust.RELAYED),
    "caiyun": Policy("caiyun", frozenset({"caiyun"}), trust=Trust.RELAYED),
    "nmc": Policy("nmc", frozenset({"nmc"}), trust=Trust.RELAYED),
    "weathercn": Policy("weathercn", frozenset({"weathercn"}), trust=Trust.RELAYED),
    "believed": Policy("believed", frozenset({"caiyun", "nmc", "weathercn"})),
}
SIRENS = (ToneName.RED, ToneName.ORANGE)
BEGAN = datetime(2026, 7, 28, 14, 30, 10, tzinfo=CHINA)
"""When the first file arrives; the others a second after they were sent, never before the one before."""


@dataclass
class Played:
    """The result of the last file: words by the speakers that hear them, as they are spoken."""

    verdict: str
    reason: str
    says: dict[tuple[str, ...], str] = field(default_factory=dict)
    ends: int = 0
    flags: list[str] = field(default_factory=list)
    klass: str = ""
    sound: bool = False
    siren: bool = False
    pauses: int = 0

    @property
    def heard(self) -> list[str]:
        return [name for names in self.says for name in names]


def play(files: Sequence[str], sources: Sequence[str], arrive: Sequence[datetime] = ()) -> Played:
    """One file after another, each a second after it was sent or at its own moment of `arrive`.

    Of a file with several alerts: the result of the last alert that is not a repetition.
    """
    history, now = History(POLICIES, ROSTER), BEGAN
    last = Played("nothing", "")
    for number, (name, source) in enumerate(zip(files, sources, strict=True)):
        try:
            alerts = parse((FOLDER / name).read_bytes())
        except Unreadable as unreadable:
            last = Played("unreadable", str(unreadable.why.reason))
            continue
        last = Played("nothing", "")
        for alert in divided(alerts):
            now = arrive[number] if arrive else max(now, alert.sent + timedelta(seconds=1))
            answer = history.arrives(alert, source, now)
            if answer.verdict.why.reason != "duplicate" or last.verdict == "nothing":
                last = _played(answer)
                last.sound = any(one.sound and one.embedded for info in alert.infos for one in info.resources)
    return last


def _played(answer: Judgement) -> Played:
    plan = answer.plan
    return Played(
        answer.verdict.name,
        str(answer.verdict.why.reason),
        {part.targets: spoken(part.script.text).words for part in plan.parts} if plan else {},
        len(answer.endings),
        [str(flag.reason) for flag in getattr(answer.verdict, "flags", ())],
        plan.class_.name if plan else "",
        siren=any(part.script.tone in SIRENS for part in plan.parts) if plan else False,
        pauses=len(getattr(answer.verdict, "pauses", ())),
    )
