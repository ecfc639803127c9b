"""Scripts: the official text verbatim with issuer and time, the advice, and our words around them
(script.toml)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from importlib import resources
from typing import Any, TypedDict

from gateway.announcements import latin
from gateway.announcements.draft import Local
from gateway.announcements.opening import clock_words, hour_words
from gateway.announcements.reading import Frame, reading
from gateway.announcements.sayable import spoken_of
from gateway.announcements.sentences import closed, cut, length, sentences, weight
from gateway.codes import meaning
from gateway.model.alert import Alert, Info
from gateway.model.deed import Deed
from gateway.model.drill import Drill
from gateway.model.hazard import Hazard, Level
from gateway.model.plan import Act, LeftFor, LeftOut, Script, ToneName
from gateway.model.reason import Reason, Why
from gateway.runtime.clock import CHINA
from gateway.wording.issuing import speaker

WORDS: dict[str, Any] = tomllib.loads(
    (resources.files("gateway.announcements") / "script.toml").read_text("utf-8")
)
"""The words around the official text, by act (script.toml)."""

_TONES = {Level.RED: ToneName.RED, Level.ORANGE: ToneName.ORANGE}
_CLIPS = {Level.RED: "warning-red", Level.ORANGE: "warning-orange"}
_HAN = re.compile(r"[\u4e00-\u9fff]")
NOWHERE = Local()
"""A site that knows nothing of itself: every place may be ours."""

NAME = 40
"""A longer name of an issuer is cut, in characters. Our choice."""


def warning(alert: Alert, info: Info, level: Level, recorded: str = "", local: Local = NOWHERE) -> Script:
    """One reading of a warning: a minute, and longer only where the forecast, the danger, the advice and the
    orders need it (`reading`).

    `recorded` names the recording that came with it; `local` says what the site knows of itself.
    """
    return Script(
        _TONES.get(level, ToneName.CHIME),
        clip=_CLIPS.get(level, "warning"),
        recording=recorded,
        about=meaning.hazard(info).code,
        **_text(alert, info, level, WORDS["warning"], local),
    )


def recording(alert: Alert, info: Info) -> str:
    """The name of the block's first recording that can be had: the alert's key, number of the block, number
    of the resource.

    "" if there is none.
    """
    block = next((number for number, other in enumerate(alert.infos) if other == info), None)
    usable = (
        place
        for place, resource in enumerate(info.resources)
        if resource.sound and (resource.embedded or resource.uri.lower().startswith(("http://", "https://")))
    )
    place = next(usable, None)
    return "" if block is None or place is None else f"{alert.key.digest}.{block}.{place}"


def update(alert: Alert, info: Info, level: Level, *, calm: bool = False, local: Local = NOWHERE) -> Script:
    """One reading of a warning where an earlier text was heard. `calm`: no change is worth a siren."""
    tone = ToneName.CHIME if calm else _TONES.get(level, ToneName.CHIME)
    clip = "warning" if calm else _CLIPS.get(level, "warning")
    words = _text(alert, info, level, WORDS["update"], local)
    return Script(tone, clip=clip, about=meaning.hazard(info).code, **words)


def order(info: Info) -> Script:
    """One reading of a move order, 25 s at most.

    The order and the way come first; the issuer and the cause come last and are left out if there is no room.
    """
    words, info = WORDS["order"], spoken_of(info)
    issuer = f"这里是{cut(info.sender_name, NAME)}。" if info.sender_name else ""
    head = (words["preface"], closed(info.headline.strip()), *sentences(info.instruction))
    room = words["longest_characters"] - length(head) - len(issuer)
    reasons = tuple(
        sentence for sentence in (issuer, *sentences(info.description)) if sentence and len(sentence) <= room
    )
    said = (head[0], head[1], *head[2:], *reasons)
    return Script(ToneName.RED, said, "warning-red", about=meaning.hazard(info).code)


def notice(info: Info, deed: Deed) -> Script:
    """One reading of a notice or a tip: who tells it, then its own words, a minute at most, with a chime."""
    words = WORDS["notice"][deed.value]
    said, left = _own_words(info, f"{cut(info.sender_name, NAME)}{words}")
    return Script(ToneName.CHIME, said, "notice", about=meaning.hazard(info).code, left=left)


def leave(info: Info, issuer: str = "") -> Script:
    """One reading of a return notice: who gives it, then the sender's own words. Where there are none,
    `issuer` says so.

    The name of the hazard by itself is not said: it sounds like a warning.
    """
    words = WORDS["return"]
    own = (info.headline, info.description, info.instruction)
    who = issuer or ("" if any(info.sender_name in text for text in own) else info.sender_name)
    gives = f"{cut(who, NAME)}通知：" if who else ""
    plain = words["text"].replace("[{issuer}通知：]", gives) if issuer else ""
    said, left = _own_words(replace(info, event=""), words["preface"] + (plain or gives))
    return Script(ToneName.LIFT, said, "return", about=meaning.hazard(info).code, left=left)


def _own_words(info: Info, *heads: str) -> tuple[tuple[str, ...], tuple[LeftOut, ...]]:
    """Sentences of ours, then those of a block, each once, while there is room in a minute; and the rest."""
    info = spoken_of(info)
    said = [head for head in heads if head]
    left: list[LeftOut] = []
    texts = (info.headline or info.event, info.description, info.instruction)
    for sentence in dict.fromkeys(one for text in texts for one in sentences(text)):
        if any(sentence.rstrip("。") in before for before in said):
            continue
        if left or length(said) + len(sentence) > room(Act.NOTICE):
            left.append(LeftOut(sentence, LeftFor.ROOM))
        else:
            said.append(sentence)
    return tuple(said), tuple(left)


def exercise(alert: Alert, info: Info, level: Level, local: Local = NOWHERE) -> Script:
    """One reading of an exercise: the official text between the words of a drill, without a siren.

    Its recording is not played, because it does not say that it is a drill.
    """
    return Script(ToneName.DRILL, clip="drill", **_text(alert, info, level, WORDS["drill"], local))


def announcement(drill: Drill) -> Script:
    """Announces a drill: its times and its places.

    Many places, or places known by codes alone, become "here".
    """
    words, start, end = WORDS["drill"], drill.start.astimezone(CHINA), drill.end.astimezone(CHINA)
    few = len(drill.places) <= words["most_places"] and all(map(_HAN.search, drill.places))
    form = words["notice"] if few else words["notice_all"]
    sentence = form.format(
        day=f"{start.month}月{start.day}日",
        start=hour_words(start),
        end=hour_words(end),
        places="、".join(drill.places),
    )
    return Script(ToneName.CHIME, (sentence, words["calm"]), "notice")


def no_drill(script: Script, *, ends: bool) -> Script:
    """The same script where a drill is open: it says first that it is real. `ends`: it also ends the drill.

    Its recording is not played, because it does not say so.
    """
    words = WORDS["drill"]
    opening = words["over"] if ends else words["real"]
    short = (opening, *script.short) if script.short else ()
    return replace(script, sentences=(opening, *script.sentences), short=short, recording="")


def untimed(script: Script, at: datetime) -> Script:
    """The same script without this time: the time of issue, where it cannot be right.

    Its recording is not played, because it may say that time.
    """
    said = clock_words(at)

    def without(sentences: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(sentence.replace(said, "").lstrip("，") for sentence in sentences)

    return replace(script, sentences=without(script.sentences), short=without(script.short), recording="")


def left(issuer: str, hazard: Hazard, level: Level) -> Script:
    """Says that a warning does not mean this place any more.

    It has no siren and is no all-clear for other places.
    """
    words = WORDS["update"]
    form = words["left"] if hazard.zh and level.zh else words["left_plain"]
    sentence = form.format(issuer=_name(issuer), hazard=hazard.zh, level=level.zh)
    return Script(ToneName.LIFT, (words["preface"], sentence, words["stay"]), "lift")


class _Words(TypedDict):
    """The fields of a script that hold words."""

    sentences: tuple[str, ...]
    short: tuple[str, ...]
    left: tuple[LeftOut, ...]


def _text(alert: Alert, info: Info, level: Level, words: Mapping[str, str], local: Local) -> _Words:
    """The words of a block between preface and closing."""
    info = spoken_of(info)
    longest, ceiling = WORDS["longest_characters"], WORDS["ceiling_characters"]
    # A colour that no field of the document writes is not put into its issuer's mouth.
    level_words = WORDS["level"].format(level=level.zh) if level.zh and meaning.written(info) else ""
    always = words is WORDS["drill"]
    quoted = WORDS["quoted"] if info.sender_name else WORDS["quoted_plain"]
    frame = Frame(words["preface"], words["closing"], quoted, level_words, longest, ceiling, always=always)
    if _HAN.search(info.headline + info.description + info.instruction):
        said = reading(alert, info, level, local, frame)
    else:
        said = latin.reading(alert, info, level, frame)
    return {"sentences": said.sentences, "short": said.short, "left": said.left}


def fixed() -> Iterator[str]:
    """The sentences that all warnings share: the openings and the closings."""
    for words in WORDS.values():
        if isinstance(words, dict):
            yield from (words[key] for key in ("preface", "closing") if key in words)


def seconds(script: Script) -> float:
    """About how long one reading lasts without its tone, at the pace that the voice keeps outdoors."""
    return sum(map(weight, script.sentences)) * 60 / float(WORDS["characters_a_minute"])


def room(act: Act) -> int:
    """How many characters one reading of this act may have besides its preface (docs/practice.md,
    Repetition)."""
    most = WORDS["longest_move_s"] if act is Act.MOVE else WORDS["longest_s"]
    return int(most * WORDS["characters_a_minute"] / 60) - len(WORDS["order"]["preface"])


def too_long(script: Script, act: Act) -> Why | None:
    """The reason if a script is too long for this act: a reading lasts a minute at most, a move order 25 s
    (docs/practice.md, Repetition)."""
    most = WORDS["longest_move_s"] if act is Act.MOVE else WORDS["longest_s"]
    lasts = seconds(script)
    if lasts <= most:
        return None
    return Why(Reason.READING_TOO_LONG, {"seconds": f"{lasts:.0f}", "most": f"{most:g}"})


def _name(issuer: str) -> str:
    """The name of an issuer as it is said; "" for a platform that only passes warnings on."""
    return cut(speaker(issuer), NAME)


def lift(issuer: str, hazard: Hazard, level: Level, at: datetime | None, *, moved: bool = False) -> Script:
    """Lifts a signal: without a siren, and never a leave to return.

    The time stands in a sentence of its own, so that the others can be made before it is known (`at` None).
    `moved`: a move order stands here.
    """
    words = WORDS["lift"]
    form = words["text"] if hazard.zh and level.zh else words["plain"]
    said = [words["preface"], form.format(issuer=_name(issuer), hazard=hazard.zh, level=level.zh)]
    if at:
        said.append(words["time"].format(time=clock_words(at)))
    if moved:
        said.append(words["moved"])
    return Script(ToneName.LIFT, tuple(said), "lift", about=hazard.code)


def lifts(script: Script, hazard: Hazard) -> bool:
    """Whether this lift is of that hazard."""
    text = WORDS["lift"]["text"].format(issuer="", hazard=hazard.zh, level="")
    opening = text.split(hazard.zh)[0] + hazard.zh if hazard.zh else ""
    return bool(opening) and any(opening in sentence for sentence in script.sentences)


def correction(issuer: str, hazard: Hazard, level: Level) -> Script:
    """Says that the warning just broadcast was sent in error, and names it.

    It has no siren, and all its words are known when the warning is planned.
    """
    words = WORDS["correction"]
    form = words["warning"] if hazard.zh and level.zh else words["plain"]
    return _corrected(form.format(issuer=_name(issuer), hazard=hazard.zh, level=level.zh))


def correction_of(act: Act) -> Script:
    """The correction of a plan that was no official warning."""
    words = WORDS["correction"]
    return _corrected(
        words.get(act.value if act is not Act.WARNING else "plain", words["other"]).format(issuer="")
    )


def _corrected(error: str) -> Script:
    words = WORDS["correction"]
    return Script(ToneName.LIFT, (words["preface"], error, words["closing"]), "correction")
