"""Text that a program on the way decoded wrongly and sent on as valid UTF-8 (乱码).

Nothing of the bytes is wrong then, only the words are. Said aloud they are nonsense under a siren.

Written before the product was asked. What it does otherwise today is a known fault and counted.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from gateway.intake.readers import parse
from gateway.judge import Judgement, Policy
from gateway.model.region import Region
from gateway.model.speaker import Roster, Speaker, Village
from gateway.voice.text.spoken import spoken
from tests.support.doors import CASES, Case
from tests.support.rules import judge

FILES = ("cap", "national", "cap-json-in-its-root")
CASE = {case.form["name"]: case for case in reversed(CASES)}
BACK: dict[str, Callable[[str], str]] = {
    "UTF-8 read as Latin-1": lambda text: text.encode().decode("latin-1"),
    "GBK read as Latin-1": lambda text: text.encode("gbk").decode("latin-1"),
}
"""No character is lost: the text can be had back."""
LOST: dict[str, Callable[[str], str]] = {
    "question marks": lambda text: text.encode("ascii", "replace").decode(),
    "U+FFFD": lambda text: (
        text.encode("ascii", "replace").decode().replace("?", "\ufffd").replace("<\ufffd", "<?")
    ),
    "UTF-8 read as GBK": lambda text: text.encode().decode("gbk", "replace"),
}
"""Characters are lost. Hazard and level stand in codes, and nothing else can be said."""
KNOWN_FAULTS = {*LOST}
every = pytest.mark.parametrize("file", FILES)


def judged(case: Case, text: str) -> Judgement:
    """The answer to a document of an official source, with one loudspeaker where it means."""
    (alert,) = parse(text.encode())
    village = Region(case.county + "104201")
    roster = Roster(1, (Village(village, case.place),), (Speaker("a", "广场", village, "line", 1),))
    now = alert.sent + timedelta(minutes=1)
    return judge(alert, Policy("county", frozenset({alert.sender})), (), roster, now)


def words(answer: Judgement) -> str:
    return "".join(spoken(part.script.text).words for part in answer.plan.parts) if answer.plan else ""


def text_of(file: str) -> tuple[Case, str]:
    case = CASE[file]
    return case, case.text(case.form["file"]).removeprefix('<?xml version="1.0" encoding="UTF-8"?>')


@every
@pytest.mark.parametrize("garble", BACK)
def test_garbled_text_that_can_be_had_back_is_said_as_it_was(file: str, garble: str) -> None:
    case, text = text_of(file)
    came = judged(case, BACK[garble](text))
    right = words(came) == words(judged(case, text)) != ""
    assert right is (garble not in KNOWN_FAULTS)


@every
@pytest.mark.parametrize("garble", LOST)
def test_of_text_that_is_lost_hazard_and_level_are_said_and_no_nonsense(file: str, garble: str) -> None:
    case, text = text_of(file)
    came = judged(case, LOST[garble](text))
    said = words(came)
    sane = "暴雨红色预警" in said and not set(said) - set(
        "预警广播，。年月日时分零〇一二三四五六七八九十百暴雨红色信号发布请相互转告做好防范"
    )
    assert (sane and bool(getattr(came.verdict, "flags", ()))) is (garble not in KNOWN_FAULTS), said
