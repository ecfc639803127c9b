"""Tables: the API's JSON as people read it. What came from outside cannot steer the terminal."""

from __future__ import annotations

import itertools
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from gateway.cli.audition import Audition
from gateway.cli.client import Client, spoken
from gateway.cli.findings import Finding
from gateway.i18n import answer_name, deed_name, left_name, name, phrase, rule_name
from gateway.i18n.failed import Absent

SILENT_SHOWN = 40
"""Speakers that are listed of one kind; `--json` has all of them. Our choice."""
Json = Mapping[str, Any]
STYLES = {"played": "green", "unproved": "bright_black", "silent": "bold red", "refused": "red"}
"""Colours of outcomes. UNPROVED is grey: nobody knows whether it sounded."""
UNJUDGED = 10
"""Looks at an alert that was accepted and is not listed yet. Our choice: it is judged within a second."""
LOOK_S = 1.0
"""Seconds between two looks at an alert that is followed. Our choice."""


def console() -> Console:
    """A console that writes where stdout is now. A pipe gets lines of up to 200 columns."""
    terminal = Console(highlight=False)
    return terminal if terminal.is_terminal else Console(highlight=False, width=200)


def show(table: RenderableType) -> None:
    """Print on stdout."""
    console().print(table)


def alarms(rows: Sequence[Json], ringing: Collection[str], lang: str) -> RenderableType:
    """The alarms that ring first, then the others; the oldest first."""
    ordered = sorted(rows, key=lambda row: (row["name"] not in ringing, row["since"]))
    return _table(
        lang,
        ("alarm", "since", "ringing", "reason"),
        (
            (row["name"], row["since"], _ring(row, row["name"] in ringing, lang), spoken(row, lang))
            for row in ordered
        ),
    )


def _ring(row: Json, rings: bool, lang: str) -> Text:
    return Text(phrase("rings", lang), "bold red") if rings else Text(str(row.get("acknowledged_by") or ""))


def accepted(rows: Sequence[Json], lang: str) -> RenderableType:
    """The alerts of a document that was sent."""
    return _table(lang, ("key", "identifier"), ((row.get("key"), row.get("identifier")) for row in rows))


def speakers(rows: Sequence[Json], lang: str) -> RenderableType:
    """The speakers with the outcome of their last burst."""
    heads = ("speaker", "", "place", "line", "unit", "last", "reason")
    return _table(
        lang,
        heads,
        (
            (row.get("id"), row.get("name"), _place(row), row.get("line"), row.get("unit"), *_last(row, lang))
            for row in rows
        ),
    )


def _place(row: Json) -> str:
    return " ".join(str(part) for part in (row.get("place") or row.get("region"), row.get("group")) if part)


def _last(row: Json, lang: str) -> tuple[Text, str]:
    last = row.get("last") or {}
    return _outcome(last, lang), spoken(last, lang)


def alerts(rows: Sequence[Json], lang: str) -> RenderableType:
    """The alerts with their verdicts."""
    if not rows:
        return Text(phrase("none", lang))
    return _table(
        lang,
        ("key", "headline", "verdict", "reason"),
        ((row.get("key"), _title(row, lang), *_verdict(row, lang)) for row in rows),
    )


def alert(row: Json, lang: str) -> RenderableType:
    """One alert: its verdict, then every speaker of every plan."""
    verdict, why = _verdict(row, lang)
    parts: list[RenderableType] = [
        Text(f"{row.get('key', '')}  {_title(row, lang)}"),
        Text(f"{verdict}  {why}"),
    ]
    if row.get("plans") and row.get("heard"):
        parts.append(_heard(row["heard"], lang))
    heads = ("speaker", "", "evidence", "outcome", "form", "bursts", "reason")
    for plan in row.get("plans") or ():
        parts.append(Text(" · ".join(name(str(plan.get(key, "")), lang) for key in ("act", "class"))))
        parts.append(
            _table(lang, heads, (_delivery(delivery, lang) for delivery in plan.get("deliveries") or ()))
        )
    return Group(*parts)


def _delivery(delivery: Json, lang: str) -> tuple[object, ...]:
    return (
        delivery.get("speaker"),
        delivery.get("name"),
        name(str(delivery.get("evidence") or ""), lang),
        _outcome(delivery, lang),
        name(str(delivery.get("form") or ""), lang),
        _readings(delivery, lang),
        spoken(delivery, lang),
    )


def _readings(delivery: Json, lang: str) -> str:
    """Bursts that were heard of those planned; those that nobody can prove stand apart."""
    told = f"{delivery.get('bursts') or 0}/{delivery.get('planned', '')}"
    unproved = delivery.get("unproved")
    return told + (phrase("and_unproved", lang, count=unproved) if unproved else "")


def _heard(counts: Json, lang: str) -> Text:
    """The rounds, speakers and villages in which it was heard."""
    numbers = {
        f"{what}_{outcome}": counts[what][outcome]
        for what in ("rounds", "speakers", "villages")
        for outcome in ("played", "unproved")
    }
    line = phrase("heard_in", lang, **numbers)
    return Text(line + (phrase("heard_unproved", lang, **numbers) if numbers["speakers_unproved"] else ""))


def explanation(trace: Json, lang: str) -> RenderableType:
    """The verdict of an alert, every rule that was asked, and what each speaker says."""
    verdict, sentence = _verdict(trace, lang)
    flags = (Text(f"⚑ {spoken(flag, lang)}", "yellow") for flag in trace["verdict"].get("flags") or ())
    rows = (
        (rule_name(row["rule"], lang), row["field"], row["saw"], _answered(row, lang))
        for row in trace["steps"]
    )
    parts: list[RenderableType] = [
        Text(f"{_act(trace, lang)}{_plain(trace['identifier'])}  {verdict}  {sentence}", "bold"),
        *flags,
    ]
    parts.append(_table(lang, ("rule", "field", "saw", "answer"), rows))
    parts += [_said(plan, lang) for plan in trace["plans"]]
    if trace["silent"]:
        quiet = (
            (f"{row['id']} {row['name']}", ", ".join(row["rules"])) for row in trace["silent"][:SILENT_SHOWN]
        )
        parts.append(_table(lang, ("nothing", "rule"), quiet))
    return Group(*parts)


def _answered(step: Json, lang: str) -> str:
    """The answer of a step in words. That of a flag holds values of the document: a source may be called
    `relay`, which is also a reason."""
    return str(step["answer"]) if step["rule"] == "flag" else answer_name(step["answer"], lang)


def _said(plan: Json, lang: str) -> RenderableType:
    """What each speaker says, and beneath it what is left out of the text, with the reason."""
    rows: list[tuple[str, object]] = []
    for part in plan["parts"]:
        names = "、".join(f"{row['id']} {row['name']}" for row in part["speakers"][:SILENT_SHOWN])
        often = (phrase("by_day", lang) if part["by_day"] else "") + (
            phrase("once", lang) if part["once"] else ""
        )
        rows.append((names, part["text"] + often))
        if part.get("short"):
            rows.append(("", phrase("again", lang, text=part["short"])))
        rows += [
            (
                "",
                Text(
                    _plain(phrase("left_out", lang, words=gone["words"], why=left_name(gone["why"], lang))),
                    "dim",
                ),
            )
            for gone in part.get("left") or ()
        ]
    return _table(lang, ("speaker", "says"), rows)


def quarantine(rows: Iterable[Json], lang: str) -> RenderableType:
    """The quarantined arrivals."""
    arrivals = ((row["number"], row["at"], row["source"], row["size"], spoken(row, lang)) for row in rows)
    return _table(lang, ("number", "at", "source", "size", "reason"), arrivals)


def drills(rows: Iterable[Json], lang: str) -> RenderableType:
    """The drills that are open or to come."""
    drills = (
        (row["number"], row["start"], row["end"], row["source"], "、".join(row["places"])) for row in rows
    )
    return _table(lang, ("number", "start", "end", "source", "place"), drills)


def findings(rows: Iterable[Finding]) -> RenderableType:
    """The findings of the doctor, each with a mark."""
    table = Table(box=None, show_header=False, padding=(0, 1))
    for row in rows:
        mark = Text("✓", "green") if row.good else Text("✗", "bold red")
        table.add_row(mark, Text(row.subject), Text(row.said))
    return table


def voices(rows: Sequence[Json], lang: str) -> RenderableType:
    """The voices, the one in use first, and beneath the table what is missing."""
    heads = ("", "voice", "installed", "languages", "pace", "licence", "missing")
    ordered = sorted(rows, key=lambda row: not row["in_use"])
    return _table(
        lang,
        heads,
        (
            (
                Text("●" if row["in_use"] else "", "green"),
                row["voice"],
                "✓" if row["installed"] else "",
                " ".join(row["languages"]),
                "" if row["pace"] is None else f"{row['pace']:.2f}",
                row["licence"],
                row["missing"],
            )
            for row in ordered
        ),
    )


def audition(found: Audition, lang: str) -> RenderableType:
    """What a voice did with each piece of a text, and the whole."""
    rows = (
        (
            line.piece.written,
            " ".join(line.piece.syllables),
            f"{line.sound_s:.1f}",
            f"{line.work_s:.1f}",
            Text(line.fault, "bold red") if line.fault else Text(phrase("piece_good", lang)),
        )
        for line in found.lines
    )
    pace = "?" if found.pace is None else f"{found.pace:.2f}"
    head = phrase("audition", lang, voice=found.voice, licence=found.licence, pace=pace)
    made = phrase("audition_made", lang, seconds=f"{found.seconds:.1f}") if found.pcm else ""
    heads = ("words", "syllables", "sound_s", "work_s", "vetting")
    return Group(Text(_plain(head)), _table(lang, heads, rows), Text(made))


def follow(client: Client, key: str, console: Console) -> None:
    """Show an alert until its first burst has ended at every speaker, or its verdict lets nothing sound."""
    with Live(console=console, auto_refresh=False, transient=True) as live:
        shown: RenderableType = Text("")
        for look in itertools.count():
            try:
                row = client.get(f"alerts/{key}")
            except Absent:
                if look > UNJUDGED:
                    raise
                row = {"verdict": {"name": "air"}}
            shown = alert(row, client.lang) if "key" in row else Text(phrase("waiting", client.lang))
            live.update(shown, refresh=True)
            if _over(row):
                break
            time.sleep(LOOK_S)
    console.print(shown)


def _over(row: Json) -> bool:
    plans = row.get("plans") or ()
    deliveries = [delivery for plan in plans for delivery in plan.get("deliveries") or ()]
    if deliveries:
        return all(delivery.get("outcome") for delivery in deliveries)
    return all(plan.get("ended") for plan in plans) if plans else row["verdict"].get("name") != "air"


def _verdict(row: Json, lang: str) -> tuple[str, str]:
    verdict = row.get("verdict") or {}
    return name(str(verdict.get("name") or ""), lang), spoken(verdict, lang)


def _act(row: Json, lang: str) -> str:
    """The act of an alert, in brackets; "" for a warning."""
    act = str(row.get("act") or "")
    return f"【{_plain(deed_name(act, lang))}】" if act else ""


def _title(row: Json, lang: str) -> str:
    return _act(row, lang) + _plain(row.get("headline") or row.get("identifier"))


def _outcome(row: Json, lang: str) -> Text:
    outcome = str(row.get("outcome") or "")
    return Text(name(outcome, lang) if outcome else "—", STYLES.get(outcome, ""))


def _table(lang: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
    table = Table(*(phrase(head, lang) if head else "" for head in heads), box=box.SIMPLE_HEAD)
    for column in table.columns:
        column.overflow = "fold"  # Chinese has no blanks: otherwise the end of a long text would be cut off
    for row in rows:
        table.add_row(*(cell if isinstance(cell, Text) else Text(_plain(cell)) for cell in row))
    return table


def _plain(cell: object) -> str:
    """The text without the characters that steer a terminal."""
    text = "" if cell is None else str(cell)
    return "".join(character if character.isprintable() else " " for character in text)
