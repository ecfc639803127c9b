"""Scripts: the official text verbatim with issuer and time, the advice, and our words around them
(script.toml)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from importlib import resources
from typing import Any

from gateway.announcements.sayable import spoken_of
from gateway.codes import meaning
from gateway.model.alert import Alert, Info
from gateway.model.drill import Drill
from gateway.model.hazard import Hazard, Level
from gateway.model.plan import Act, Script, ToneName
from gateway.model.reason import Reason, Why
from gateway.runtime.clock import CHINA

WORDS: dict[str, Any] = tomllib.loads(
    (resources.files("gateway.announcements") / "script.toml").read_text("utf-8")
)
"""The words around the official text, by act (script.toml)."""

_TONES = {Level.RED: ToneName.RED, Level.ORANGE: ToneName.ORANGE}
_CLIPS = {Level.RED: "warning-red", Level.ORANGE: "warning-orange"}
_HAN = re.compile(r"[\u4e00-\u9fff]")
_SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?]?")

NAME = 40
"""A longer name of an issuer is cut, in characters. Our choice."""


def warning(alert: Alert, info: Info, level: Level, recorded: str = "") -> Script:
    """One reading of a warning, a minute at most.

    If it is too long, whole sentences are left out: first from the end of the description, then of the
    instruction. The first sentence of each stays; if it is too long itself, it is cut at a clause. `recorded`
    names the recording that came with it.
    """
    return Script(
        _TONES.get(level, ToneName.CHIME),
        _text(alert, info, level, WORDS["warning"]),
        _CLIPS.get(level, "warning"),
        recorded,
        meaning.hazard(info).code,
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


def update(alert: Alert, info: Info, level: Level, *, calm: bool = False) -> Script:
    """One reading of a warning where an earlier text was heard. `calm`: no change is worth a siren."""
    sentences = _text(alert, info, level, WORDS["update"])
    tone = ToneName.CHIME if calm else _TONES.get(level, ToneName.CHIME)
    clip = "warning" if calm else _CLIPS.get(level, "warning")
    return Script(tone, sentences, clip, about=meaning.hazard(info).code)


def order(info: Info) -> Script:
    """One reading of a move order, 25 s at most.

    The order and the way come first; the issuer and the cause come last and are left out if there is no room.
    """
    words, info = WORDS["order"], spoken_of(info)
    issuer = f"这里是{_cut(info.sender_name, NAME)}。" if info.sender_name else ""
    head = (words["preface"], closed(info.headline.strip()), *_sentences(info.instruction))
    room = words["longest_characters"] - _length(head) - len(issuer)
    reasons = tuple(
        sentence for sentence in (issuer, *_sentences(info.description)) if sentence and len(sentence) <= room
    )
    sentences = (head[0], head[1], *head[2:], *reasons)
    return Script(ToneName.RED, sentences, "warning-red", about=meaning.hazard(info).code)


def exercise(alert: Alert, info: Info, level: Level) -> Script:
    """One reading of an exercise: the official text between the words of a drill, without a siren.

    Its recording is not played, because it does not say that it is a drill.
    """
    return Script(ToneName.DRILL, _text(alert, info, level, WORDS["drill"]), "drill")


def announcement(drill: Drill) -> Script:
    """Announces a drill: its times and its places.

    Many places, or places known by codes alone, become "here".
    """
    words, start, end = WORDS["drill"], drill.start.astimezone(CHINA), drill.end.astimezone(CHINA)
    few = len(drill.places) <= words["most_places"] and all(map(_HAN.search, drill.places))
    form = words["notice"] if few else words["notice_all"]
    sentence = form.format(
        day=f"{start.month}月{start.day}日",
        start=_hour(start),
        end=_hour(end),
        places="、".join(drill.places),
    )
    return Script(ToneName.CHIME, (sentence, words["calm"]), "notice")


def no_drill(script: Script, *, ends: bool) -> Script:
    """The same script where a drill is open: it says first that it is real. `ends`: it also ends the drill.

    Its recording is not played, because it does not say so.
    """
    words = WORDS["drill"]
    opening = words["over"] if ends else words["real"]
    return replace(script, sentences=(opening, *script.sentences), recording="")


def left(issuer: str, hazard: Hazard, level: Level) -> Script:
    """Says that a warning does not mean this place any more.

    It has no siren and is no all-clear for other places.
    """
    words = WORDS["update"]
    form = words["left"] if hazard.zh and level.zh else words["left_plain"]
    sentence = form.format(issuer=_cut(issuer, NAME), hazard=hazard.zh, level=level.zh)
    return Script(ToneName.LIFT, (words["preface"], sentence, words["stay"]), "lift")


def _text(alert: Alert, info: Info, level: Level, words: Mapping[str, str]) -> tuple[str, ...]:
    """The sentences of a reading: opening, headline, description, instruction, closing."""
    longest: int = WORDS["longest_characters"]
    info = spoken_of(info)
    head = (words["preface"], _cut(_headline(alert, info, level), longest // 3))
    room = longest - _length(head) - len(words["closing"])
    described = _first_cut(_sentences(info.description), room * 2 // 3)
    advised = _first_cut(_sentences(info.instruction), room - _length(described[:1]))
    advice = _fitting(advised, room - _length(described[:1]))
    text = _fitting(described, room - _length(advice))
    return (*head, *text, *advice, words["closing"])


def fixed() -> Iterator[str]:
    """The sentences that all warnings share: the openings and the closings."""
    for words in WORDS.values():
        if isinstance(words, dict):
            yield from (words[key] for key in ("preface", "closing") if key in words)


def seconds(script: Script) -> float:
    """About how long one reading lasts without its tone, at the pace that the voice keeps outdoors."""
    return _length(script.sentences) * 60 / float(WORDS["characters_a_minute"])


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


def lift(issuer: str, hazard: Hazard, level: Level, at: datetime | None, *, moved: bool = False) -> Script:
    """Lifts a signal: without a siren, and never a leave to return.

    The time stands in a sentence of its own, so that the others can be made before it is known (`at` None).
    `moved`: a move order stands here.
    """
    words = WORDS["lift"]
    form = words["text"] if hazard.zh and level.zh else words["plain"]
    sentences = [words["preface"], form.format(issuer=_cut(issuer, NAME), hazard=hazard.zh, level=level.zh)]
    if at:
        sentences.append(words["time"].format(time=clock_words(at)))
    if moved:
        sentences.append(words["moved"])
    return Script(ToneName.LIFT, tuple(sentences), "lift", about=hazard.code)


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
    return _corrected(form.format(issuer=_cut(issuer, NAME), hazard=hazard.zh, level=level.zh))


def correction_of(act: Act) -> Script:
    """The correction of a plan that was no official warning."""
    words = WORDS["correction"]
    return _corrected(
        words.get(act.value if act is not Act.WARNING else "plain", words["other"]).format(issuer="")
    )


def _corrected(error: str) -> Script:
    words = WORDS["correction"]
    return Script(ToneName.LIFT, (words["preface"], error, words["closing"]), "correction")


def clock_words(at: datetime) -> str:
    """`7月28日14时30分`, in China's time."""
    local = at.astimezone(CHINA)
    return f"{local.month}月{local.day}日{_hour(local)}"


def _hour(local: datetime) -> str:
    minute = f"{local.minute}分" if local.minute else ""
    return f"{local.hour}时{minute}"


def _headline(alert: Alert, info: Info, level: Level) -> str:
    """Issuer, time and signal in one sentence: the law wants the station's name and the time of issue
    said."""
    issuer, time = info.sender_name, clock_words(alert.sent)
    title = info.headline.strip() or f"{info.event}{level.zh}预警"
    if issuer and title.startswith(issuer):
        return closed(issuer + time + title.removeprefix(issuer))
    return closed(f"{issuer}{time}发布：{title}" if issuer else f"{time}，{title}")


def _sentences(text: str) -> list[str]:
    return [closed(sentence.strip()) for sentence in _SENTENCE.findall(text) if sentence.strip()]


def _length(sentences: Sequence[str]) -> int:
    return sum(map(len, sentences))


def _fitting(sentences: Sequence[str], room: int) -> tuple[str, ...]:
    """The sentences that fit, from the first on; at least the first."""
    fitting = list(sentences[:1])
    for sentence in sentences[1:]:
        if _length(fitting) + len(sentence) > room:
            break
        fitting.append(sentence)
    return tuple(fitting)


def _first_cut(sentences: list[str], room: int) -> list[str]:
    """The sentences, the first cut to the room: it always stays, so it must fit."""
    return [_cut(sentences[0], room), *sentences[1:]] if sentences else []


def _cut(sentence: str, room: int) -> str:
    """The sentence, or its beginning if it has no room: to the end of a clause, else of a word, never within
    a number."""
    if len(sentence) <= room:
        return sentence
    start = sentence[: room - 1]
    clause = max(start.rfind(sign) for sign in "；;，,：: ")
    if clause >= room // 3:
        return start[:clause] + "。"
    following = sentence[len(start)]
    if start[-1:].isascii() and following.isascii():
        start = re.sub(r"[!-~]+$", "", start) or start
    return start + "。"


def closed(sentence: str) -> str:
    """The sentence with a mark at its end."""
    return sentence if sentence.endswith(("。", "！", "？", "!", "?")) else sentence + "。"
