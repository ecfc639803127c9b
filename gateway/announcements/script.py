"""The words of a plan: the official text verbatim with issuer and time, what to do, and the words around it (script.toml)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from importlib import resources
from typing import Any

from gateway.announcements.sayable import spoken_of
from gateway.codes.meaning import hazard as meant
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
"""Longest name of an issuer that is said, in characters. Our choice."""


def warning(alert: Alert, info: Info, level: Level, recorded: str = "") -> Script:
    """One reading of a warning, a minute at most. Where it is too long whole sentences are left out, first of the description from its end,
    then of the instruction; the first sentence of each stays, cut at a clause if even that is too long. `recorded` names
    the recording that came with it."""
    return Script(
        _TONES.get(level, ToneName.CHIME),
        _read(alert, info, level, WORDS["warning"]),
        _CLIPS.get(level, "warning"),
        recorded,
        meant(info).code,
    )


def recording(alert: Alert, info: Info) -> str:
    """The name of the first recording of this block that can be had: the alert's key, which block, which of its resources; "" where there is none."""
    block = next((number for number, one in enumerate(alert.infos) if one == info), None)
    usable = (
        place
        for place, one in enumerate(info.resources)
        if one.sound and (one.embedded or one.uri.lower().startswith(("http://", "https://")))
    )
    place = next(usable, None)
    return "" if block is None or place is None else f"{alert.key.digest}.{block}.{place}"


def update(alert: Alert, info: Info, level: Level, *, calm: bool = False) -> Script:
    """The same where an earlier text was heard; `calm`: nothing that is worth a siren has changed."""
    sentences = _read(alert, info, level, WORDS["update"])
    tone = ToneName.CHIME if calm else _TONES.get(level, ToneName.CHIME)
    clip = "warning" if calm else _CLIPS.get(level, "warning")
    return Script(tone, sentences, clip, about=meant(info).code)


def order(info: Info) -> Script:
    """One reading of a move order, 25 s at most: who, what and where come first, why comes last and gives way."""
    words, info = WORDS["order"], spoken_of(info)
    issuer = f"这里是{_cut(info.sender_name, NAME)}。" if info.sender_name else ""
    head = (words["preface"], closed(info.headline.strip()), *_sentences(info.instruction))
    room = words["longest_characters"] - _length(head) - len(issuer)
    said = tuple(one for one in (issuer, *_sentences(info.description)) if one and len(one) <= room)
    sentences = (head[0], head[1], *head[2:], *said)
    return Script(ToneName.RED, sentences, "warning-red", about=meant(info).code)


def exercise(alert: Alert, info: Info, level: Level) -> Script:
    """One reading of an exercise: the official text between the words of a drill, and no siren. Its recording is not played: it does not say that
    it is a drill."""
    return Script(ToneName.DRILL, _read(alert, info, level, WORDS["drill"]), "drill")


def announcement(drill: Drill) -> Script:
    """That there will be a drill, from when to when, in which places; where they are many or go by codes, here."""
    words, start, end = WORDS["drill"], drill.start.astimezone(CHINA), drill.end.astimezone(CHINA)
    few = len(drill.places) <= words["most_places"] and all(map(_HAN.search, drill.places))
    form = words["notice"] if few else words["notice_all"]
    said = form.format(
        day=f"{start.month}月{start.day}日",
        start=_hour(start),
        end=_hour(end),
        places="、".join(drill.places),
    )
    return Script(ToneName.CHIME, (said, words["calm"]), "notice")


def no_drill(said: Script, *, ends: bool) -> Script:
    """The same where a drill is open: nobody may take it for a part of that. `ends`: the drill is over with it. A recording would not say so."""
    words = WORDS["drill"]
    first = words["over"] if ends else words["real"]
    return replace(said, sentences=(first, *said.sentences), recording="")


def left(issuer: str, hazard: Hazard, level: Level) -> Script:
    """That this place is no longer meant by a warning it heard: no siren, and no all-clear for the others."""
    words = WORDS["update"]
    form = words["left"] if hazard.zh and level.zh else words["left_plain"]
    said = form.format(issuer=_cut(issuer, NAME), hazard=hazard.zh, level=level.zh)
    return Script(ToneName.LIFT, (words["preface"], said, words["stay"]), "lift")


def _read(alert: Alert, info: Info, level: Level, words: Mapping[str, str]) -> tuple[str, ...]:
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
    """What is said of every warning, whatever it is about: the openings and the closings."""
    for words in WORDS.values():
        if isinstance(words, dict):
            yield from (words[key] for key in ("preface", "closing") if key in words)


def seconds(script: Script) -> float:
    """How long one reading lasts without its tone, about: at the pace the voice keeps outdoors."""
    return _length(script.sentences) * 60 / float(WORDS["characters_a_minute"])


def room(act: Act) -> int:
    """How many characters one reading of this act may have besides its preface (practice.md, Repetition)."""
    most = WORDS["longest_move_s"] if act is Act.MOVE else WORDS["longest_s"]
    return int(most * WORDS["characters_a_minute"] / 60) - len(WORDS["order"]["preface"])


def too_long(script: Script, act: Act) -> Why | None:
    """Why this may not be said as this act: a reading lasts a minute at most, a move order 25 s (practice.md, Repetition)."""
    most = WORDS["longest_move_s"] if act is Act.MOVE else WORDS["longest_s"]
    lasts = seconds(script)
    if lasts <= most:
        return None
    return Why(Reason.READING_TOO_LONG, {"seconds": f"{lasts:.0f}", "most": f"{most:g}"})


def lift(issuer: str, hazard: Hazard, level: Level, at: datetime | None, *, moved: bool = False) -> Script:
    """The lifting of that signal: no siren, and never a leave to return. The time stands in a sentence of its own, so that the others can be
    synthesised before it is known (`at` None). `moved`: a move order stands here."""
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
    return bool(hazard.zh) and any(text.split(hazard.zh)[0] + hazard.zh in said for said in script.sentences)


def correction(issuer: str, hazard: Hazard, level: Level) -> Script:
    """That the warning just broadcast was sent in error: it names it, has no siren, and holds nothing that is not known before."""
    words = WORDS["correction"]
    form = words["warning"] if hazard.zh and level.zh else words["plain"]
    return _corrected(form.format(issuer=_cut(issuer, NAME), hazard=hazard.zh, level=level.zh))


def correction_of(act: Act) -> Script:
    """The same of what was no official warning."""
    words = WORDS["correction"]
    return _corrected(
        words.get(act.value if act is not Act.WARNING else "plain", words["other"]).format(issuer="")
    )


def _corrected(named: str) -> Script:
    words = WORDS["correction"]
    return Script(ToneName.LIFT, (words["preface"], named, words["closing"]), "correction")


def clock_words(at: datetime) -> str:
    """`7月28日14时30分`, in China's time; the voice reads it."""
    local = at.astimezone(CHINA)
    return f"{local.month}月{local.day}日{_hour(local)}"


def _hour(local: datetime) -> str:
    minute = f"{local.minute}分" if local.minute else ""
    return f"{local.hour}时{minute}"


def _headline(alert: Alert, info: Info, level: Level) -> str:
    """Issuer, time and signal in one sentence: the law wants the station's name and the time of issue said."""
    issuer, time = info.sender_name, clock_words(alert.sent)
    title = info.headline.strip() or f"{info.event}{level.zh}预警"
    if issuer and title.startswith(issuer):
        return closed(issuer + time + title.removeprefix(issuer))
    return closed(f"{issuer}{time}发布：{title}" if issuer else f"{time}，{title}")


def _sentences(text: str) -> list[str]:
    return [closed(found.strip()) for found in _SENTENCE.findall(text) if found.strip()]


def _length(sentences: Sequence[str]) -> int:
    return sum(map(len, sentences))


def _fitting(sentences: Sequence[str], room: int) -> tuple[str, ...]:
    """The sentences that fit from the first on, at least that one."""
    kept = list(sentences[:1])
    for sentence in sentences[1:]:
        if _length(kept) + len(sentence) > room:
            break
        kept.append(sentence)
    return tuple(kept)


def _first_cut(sentences: list[str], room: int) -> list[str]:
    """The same with the first cut to the room: whatever stays must fit."""
    return [_cut(sentences[0], room), *sentences[1:]] if sentences else []


def _cut(sentence: str, room: int) -> str:
    """The sentence, or as much of it as has room: to the end of a clause, else of a word, never within a number."""
    if len(sentence) <= room:
        return sentence
    kept = sentence[: room - 1]
    clause = max(kept.rfind(sign) for sign in "；;，,：: ")
    if clause >= room // 3:
        return kept[:clause] + "。"
    following = sentence[len(kept)]
    if kept[-1:].isascii() and following.isascii():
        kept = re.sub(r"[!-~]+$", "", kept) or kept
    return kept + "。"


def closed(sentence: str) -> str:
    return sentence if sentence.endswith(("。", "！", "？", "!", "?")) else sentence + "。"
