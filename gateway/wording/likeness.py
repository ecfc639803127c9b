"""What a document reads like: an end, a drill or a test, something that is over, a change of signals.

Senders forget the field that would say so. In February 2018 a tsunami "warning" said TEST in its text and was
marked real; counties send the lift of a red as a new alert of level red. So every text field is asked, with
the phrases of likeness.toml. The answers are the words that make the likeness: a person is shown them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gateway import codes
from gateway.codes import signals
from gateway.codes.remembered import remembered
from gateway.model.alert import Alert, Info
from gateway.model.hazard import UNKNOWN, Hazard, Level
from gateway.runtime.clock import CHINA
from gateway.wording.phrases import any_of, read

_TABLE = read("likeness")
_END = {name: any_of(patterns, re.IGNORECASE) for name, patterns in _TABLE["end"].items()}
_DRILL = {name: any_of(patterns, re.IGNORECASE) for name, patterns in _TABLE["drill"].items()}
_DRILL_HINT = re.compile(_DRILL["word"].pattern.replace(r"\b", ""), re.IGNORECASE)
"""The words of a drill, also inside longer ones: a text without them is read no further."""
_OVER = {name: any_of(patterns, re.IGNORECASE) for name, patterns in _TABLE["over"].items()}
_CLAUSE = re.compile(r"[，,；;。！!？?：:（）()\n]|\.(?!\d)")
_SENTENCE = re.compile(r"[。！!？?\n]")
_MOMENT = re.compile(r"(?:(\d{4})年)?(?:(\d{1,2})月)?(?:(\d{1,2})日)?(\d{1,2})[时点](?:(\d{1,2})分)?")

_VERB = _TABLE["change"]["verb"]
_PLACE = "[\u4e00-\u9fff]{1,12}[省市州盟县旗区]"
_SEAT = re.compile(f"({_PLACE})")
_OURS = re.compile("[我本全][省市州盟县旗区]$")
_BY = re.compile(f"({_PLACE})(?:{_TABLE['change']['office']})")
_DOUBT = re.compile(_TABLE["change"]["doubt"])
_SIGN = "([红橙黄蓝]|[ⅠⅡⅢⅣ](?=级))"
_SIGNS = re.compile(_SIGN)
_GAP = "[^。；，,：:红橙黄蓝ⅠⅡⅢⅣ]"
_LIFT, _ISSUE = "(?:解除|取消|撤销|撤下|撤消)", "(?:发布|升级为|更新为|变更为|改发)"
_CHANGES = (
    re.compile(f"{_VERB}({_GAP}{{0,30}}?){_SIGN}{_GAP}{{0,10}}?(?:为|至|成|到)({_GAP}{{0,12}}?){_SIGN}"),
    re.compile(
        f"({_GAP}{{0,30}}?){_SIGN}{_GAP}{{0,10}}?{_VERB}(?:发布)?(?:为|至|成|到)({_GAP}{{0,12}}?){_SIGN}"
    ),
    re.compile(f"{_LIFT}({_GAP}{{0,30}}?){_SIGN}[^。红橙黄蓝]{{0,16}}?{_ISSUE}({_GAP}{{0,20}}?){_SIGN}"),
)
_SWAPPED = re.compile(f"发布({_GAP}{{0,20}}?){_SIGN}[^。：:红橙黄蓝]{{0,14}}?{_LIFT}({_GAP}{{0,20}}?){_SIGN}")
_ONLY_AFTER = re.compile(f"{_VERB}(?:为|至|成|到)({_GAP}{{0,12}}?){_SIGN}")


@dataclass(frozen=True)
class Change:
    """One signal becomes another, by one act: 更新 A 为 B, 解除 A 发布 B."""

    before: Level
    """UNKNOWN where the text names only the new one."""
    after: Level
    ended: Hazard
    """The hazard of the signal that ends; UNKNOWN where it is not named."""
    issued: Hazard
    """The hazard of the signal that stands now; UNKNOWN where it is not named."""
    lowered: bool = False
    """The verb itself says down: 降级为蓝色."""
    by: str = ""
    """The place whose office makes the change, where its sentence names one: 六安市 of 六安市气象台将 …"""

    @property
    def down(self) -> bool:
        """Whether the new signal of the same hazard is less grave."""
        same = self.ended == self.issued or UNKNOWN in (self.ended, self.issued)
        return self.lowered or (same and self.before is not Level.UNKNOWN and self.after > self.before)


def fields(alert: Alert) -> Iterator[tuple[str, str]]:
    """Every text of a document that a person wrote: the name of its field and its text."""
    yield "note", alert.note
    for info in alert.infos:
        yield "headline", info.headline
        yield "event", info.event
        yield "description", info.description
        yield "instruction", info.instruction
        yield "senderName", info.sender_name
        yield "contact", info.contact
        yield from (("areaDesc", area.description) for area in info.areas)
        yield from (("parameter", pair.value) for pair in info.parameters)


def ending(alert: Alert) -> str:
    """The words with which a document ends a signal; "" where it does not read like an end.

    All blocks of one language must say so: a warning may end in one area and go on in another. A text that
    ends one signal and issues another is the other one (`change`). Advice for the time after an end is none:
    解除前不要返回.
    """
    by_language: defaultdict[str, list[str]] = defaultdict(list)
    for info in alert.infos:
        by_language[info.language.lower().split("-")[0]].append(_block_ended(info))
    return next((words[0] for words in by_language.values() if all(words)), "") or _ended(alert.note)


def _block_ended(info: Info) -> str:
    """The words with which a block ends a signal."""
    if changed(info):
        return ""
    titles = [words for text in (info.headline, info.event) if (words := _ended(text))]
    if titles and not _issues(info.headline) and not _graver_stands(info.headline):
        return titles[0]
    places = (area.description for area in info.areas)
    texts = (info.description, info.instruction, info.sender_name, *places)
    found = next((words for text in texts if (words := _ended(text))), "")
    spared = found and (_issues(info.description) or _of_another(info, found) or _goes_on(info))
    if found and not spared:
        return found
    values = (pair.value.strip() for pair in info.parameters)
    return next((value for value in values if _END["value"].fullmatch(value)), "")


@remembered
def _ended(text: str) -> str:
    """The first clause of a text that is the act of an end."""
    if not _END["hint"].search(text):
        return ""
    for clause in map(str.strip, _CLAUSE.split(text)):
        if _END["act"].search(clause) and not _END["guard"].search(clause):
            return clause[:40]
    return ""


@remembered
def _issues(text: str) -> bool:
    """Whether a signal is issued in this text."""
    return any(_END["issue"].search(clause) and not _ended(clause) for clause in _CLAUSE.split(text))


def _graver_stands(title: str) -> bool:
    """Whether a title ends one signal and names a graver one that stands: 暴雨红色预警（撤销橙色预警）."""
    ended, standing = set[Level](), set[Level]()
    for clause in _CLAUSE.split(title):
        if level := signals.title(clause):
            (ended if _ended(clause) else standing).add(level)
    return bool(ended and standing) and min(standing) < min(ended)


def _goes_on(info: Info) -> bool:
    """Whether a clause of the text says that the signal of the title stands, here or elsewhere."""
    ours = codes.named(info.headline), signals.title(info.headline)
    if ours[0] == UNKNOWN or ours[1] is None or _ended(info.headline):
        return False
    return any(
        _END["stands"].search(clause)
        and not _ended(clause)
        and (codes.named(clause), signals.title(clause)) == ours
        for clause in _CLAUSE.split(info.description)
    )


def _of_another(info: Info, words: str) -> bool:
    """Whether the title issues or names one signal and these words end another, what was said before, or a
    response. A title that only names a signal, and such ends, count beside words of what is to come."""
    named = signals.title(info.headline) is not None and not _ended(info.headline)
    ahead = bool(_OVER["ahead"].search(info.description) or "启动" in info.description)
    if not _issues(info.headline) and not (named and ahead):
        return False
    if ahead and (_END["former"].search(words) or _response_only(info)):
        return True
    ours, theirs = codes.named(info.headline), codes.named(words)
    levels = signals.title(info.headline), signals.title(words)
    return (UNKNOWN not in (ours, theirs) and ours != theirs) or (
        None not in levels and levels[0] != levels[1]
    )


def _response_only(info: Info) -> bool:
    """Whether all that a text ends is a response, which its title does not tell of."""
    ends = [clause for clause in _CLAUSE.split(info.description) if _ended(clause)]
    return "响应" not in info.headline and all(
        "响应" in clause and not re.search("预警|警报|信号", clause) for clause in ends
    )


def drill(alert: Alert) -> str:
    """The word of a drill or a test in any field; "" where there is none."""
    for _, text in fields(alert):
        if not _DRILL_HINT.search(text):
            continue
        if match := _DRILL["word"].search(_DRILL["innocent"].sub("，", text)):
            return match.group()
    return ""


def over(alert: Alert, now: datetime | None) -> str:
    """The words by which every block says that it is over; "" where one goes on.

    `now` is compared with an end that the text gives; None where the clock cannot be trusted.
    """
    found = [_past(info, alert.sent, now) for info in alert.infos]
    return found[0] if found and all(found) else ""


def _past(info: Info, sent: datetime, now: datetime | None) -> str:
    texts = (info.headline, info.description)
    if not any(_OVER["ahead"].search(text) for text in texts):
        for text in texts:
            if match := _OVER["past"].search(text):
                return match.group()
    for text in texts:
        if match := _OVER["report"].search(text):
            return match.group()[:40]
    for sentence in (sentence for text in texts for sentence in _SENTENCE.split(text)):
        if now and (opening := _OVER["until"].search(sentence)):
            found = _MOMENT.match(sentence, opening.end())
            if found and _moment(found, sent) <= now:
                return sentence[opening.start() : found.end()]
    return ""


def _moment(found: re.Match[str], sent: datetime) -> datetime:
    """A time in a text; what it leaves out is as in the time at which the document was sent."""
    local = sent.astimezone(CHINA)
    year, month, day, hour, minute = found.groups()
    try:
        midnight = datetime(
            int(year or local.year), int(month or local.month), int(day or local.day), tzinfo=CHINA
        )
    except ValueError:
        return datetime.max.replace(tzinfo=CHINA)  # no such day: it ends nothing
    return midnight + timedelta(hours=int(hour), minutes=int(minute or 0))


def changed(info: Info) -> Change | None:
    """The change of signals that a block announces, by its title or else by its description.

    What a text tells of another signal than that of the title, or of another office, is not its own: a county
    goes on warning where its city has gone down.
    """
    if found := change(info.headline):
        return found
    found = change(info.description)
    return found if found and _own(info, found) else None


def _own(info: Info, found: Change) -> bool:
    """Whether a change in the text of a block is of its own signal."""
    hazard, level = codes.named(info.headline), signals.title(info.headline)
    if UNKNOWN not in (hazard, found.issued) and hazard.code != found.issued.code:
        return False
    told = {found.before, found.after}
    if level is not None and Level.UNKNOWN not in told and level not in told:
        return False
    ours = seat(info.sender_name) or seat(info.headline)
    return not found.by or not ours or found.by in ours or ours in found.by


def seat(name: str) -> str:
    """The place whose office a name is: 舒城县 of 舒城县气象台发布 …"""
    found = _SEAT.match(name)
    return found[1] if found else ""


@remembered
def change(text: str) -> Change | None:
    """The change of signals in a text: the first sentence that names one. None where there is none."""
    for sentence in _SENTENCE.split(text):
        if not re.search("预警|警报|信号|级", sentence):
            continue
        if found := _change(sentence):
            return found
    return None


def _change(sentence: str) -> Change | None:
    two = len(_SIGNS.findall(sentence)) > 1
    for pattern in _CHANGES if two else ():
        if (match := pattern.search(sentence)) and not _doubtful(sentence, match):
            before, old, after, new = match.groups()
            return _by(sentence[: match.start(2)], _made(before, old, after, new))
    if two and (match := _SWAPPED.search(sentence)) and not _doubtful(sentence, match):
        after, new, before, old = match.groups()
        return _by(sentence[: match.start(2)], _made(before, old, after, new))
    if (match := _ONLY_AFTER.search(sentence)) and not _doubtful(sentence, match):
        made = _made(sentence[: match.end()], "", match.group(1), match.group(2))
        lowered = bool(re.match("降|下调|调低", match.group()))
        return _by(sentence[: match.start()], replace(made, lowered=lowered))
    return None


def _by(before: str, made: Change) -> Change:
    """The change with the place of the last office that its sentence names before it."""
    named = [name for name in _BY.findall(before) if not _OURS.search(name)]
    return replace(made, by=named[-1]) if named else made


def _doubtful(sentence: str, match: re.Match[str]) -> bool:
    """Whether the change is only thought of: 请关注是否升级为红色."""
    return bool(_DOUBT.search(sentence[max(0, match.start() - 8) : match.end()]))


def _made(before: str, old: str, after: str, new: str) -> Change:
    ended = codes.named(before)
    issued = codes.named(after)
    return Change(_level(old), _level(new), ended, issued if issued != UNKNOWN else ended)


def _level(sign: str) -> Level:
    return (codes.level("colour", sign) or codes.level("grade", sign) if sign else None) or Level.UNKNOWN
