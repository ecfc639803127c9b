"""The command line's tables: the API's JSON as people read it."""

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

from gateway.cli.client import Client, spoken
from gateway.cli.findings import Finding
from gateway.i18n import answer_name, name, phrase, rule_name
from gateway.i18n.failed import Absent

SILENT_SHOWN = 40
"""So many speakers of a kind are listed for people; --json has them all. Our choice."""
Json = Mapping[str, Any]
STYLES = {"played": "green", "unproved": "bright_black", "silent": "bold red", "refused": "red"}
"""UNPROVED is grey: neither good nor bad is known of it."""
UNJUDGED = 10
"""Looks at a warning that was taken and is not listed yet. Our choice: it is judged within a second."""
LOOK_S = 1.0
"""Between two looks at a warning that is followed. Our choice."""


def console() -> Console:
    """Made anew, so that it writes where stdout is now; a pipe is as wide as it needs to be."""
    made = Console(highlight=False)
    return made if made.is_terminal else Console(highlight=False, width=200)


def show(what: RenderableType) -> None:
    """On stdout."""
    console().print(what)


def alarms(rows: Sequence[Json], ringing: Collection[str], lang: str) -> RenderableType:
    """What rings first, then by age."""
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
    return _table(lang, ("key", "identifier"), ((row.get("key"), row.get("identifier")) for row in rows))


def speakers(rows: Sequence[Json], lang: str) -> RenderableType:
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
    if not rows:
        return Text(phrase("none", lang))
    return _table(
        lang,
        ("key", "headline", "verdict", "reason"),
        ((row.get("key"), _title(row), *_verdict(row, lang)) for row in rows),
    )


def alert(row: Json, lang: str) -> RenderableType:
    """One warning: its verdict, then every speaker of every plan."""
    verdict, why = _verdict(row, lang)
    parts: list[RenderableType] = [Text(f"{row.get('key', '')}  {_title(row)}"), Text(f"{verdict}  {why}")]
    heads = ("speaker", "", "evidence", "outcome", "form", "bursts", "reason")
    for plan in row.get("plans") or ():
        parts.append(Text(" · ".join(name(str(plan.get(key, "")), lang) for key in ("act", "class"))))
        parts.append(_table(lang, heads, (_delivery(one, lang) for one in plan.get("deliveries") or ())))
    return Group(*parts)


def _delivery(one: Json, lang: str) -> tuple[object, ...]:
    return (
        one.get("speaker"),
        one.get("name"),
        name(str(one.get("evidence") or ""), lang),
        _outcome(one, lang),
        name(str(one.get("form") or ""), lang),
        f"{_count(one.get('bursts'))}/{one.get('planned', '')}",
        spoken(one, lang),
    )


def _count(bursts: object) -> object:
    return len(bursts) if isinstance(bursts, list) else bursts or 0


def explanation(one: Json, lang: str) -> RenderableType:
    """What was decided, every rule that was asked, and what each speaker says."""
    verdict, sentence = _verdict(one, lang)
    flags = (Text(f"⚑ {spoken(flag, lang)}", "yellow") for flag in one["verdict"].get("flags") or ())
    rows = (
        (rule_name(row["rule"], lang), row["field"], row["saw"], answer_name(row["answer"], lang))
        for row in one["steps"]
    )
    parts: list[RenderableType] = [
        Text(f"{_plain(one['identifier'])}  {verdict}  {sentence}", "bold"),
        *flags,
    ]
    parts.append(_table(lang, ("rule", "field", "saw", "answer"), rows))
    parts += [_said(plan, lang) for plan in one["plans"]]
    if one["silent"]:
        quiet = (
            (f"{row['id']} {row['name']}", ", ".join(row["rules"])) for row in one["silent"][:SILENT_SHOWN]
        )
        parts.append(_table(lang, ("nothing", "rule"), quiet))
    return Group(*parts)


def _said(plan: Json, lang: str) -> RenderableType:
    rows = (
        (
            "、".join(f"{row['id']} {row['name']}" for row in part["speakers"][:SILENT_SHOWN]),
            part["text"]
            + (phrase("by_day", lang) if part["by_day"] else "")
            + (phrase("once", lang) if part["once"] else ""),
        )
        for part in plan["parts"]
    )
    return _table(lang, ("speaker", "says"), rows)


def quarantine(rows: Iterable[Json], lang: str) -> RenderableType:
    found = ((row["number"], row["at"], row["source"], row["size"], spoken(row, lang)) for row in rows)
    return _table(lang, ("number", "at", "source", "size", "reason"), found)


def drills(rows: Iterable[Json], lang: str) -> RenderableType:
    found = (
        (row["number"], row["start"], row["end"], row["source"], "、".join(row["places"])) for row in rows
    )
    return _table(lang, ("number", "start", "end", "source", "place"), found)


def findings(rows: Iterable[Finding]) -> RenderableType:
    table = Table(box=None, show_header=False, padding=(0, 1))
    for row in rows:
        mark = Text("✓", "green") if row.good else Text("✗", "bold red")
        table.add_row(mark, Text(row.subject), Text(row.said))
    return table


def follow(client: Client, key: str, console: Console) -> None:
    """Show a warning until the first burst has ended at every speaker, or its verdict says that nothing sounds."""
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
    deliveries = [one for plan in plans for one in plan.get("deliveries") or ()]
    if deliveries:
        return all(one.get("outcome") for one in deliveries)
    return all(plan.get("ended") for plan in plans) if plans else row["verdict"].get("name") != "air"


def _verdict(row: Json, lang: str) -> tuple[str, str]:
    verdict = row.get("verdict") or {}
    return name(str(verdict.get("name") or ""), lang), spoken(verdict, lang)


def _title(row: Json) -> str:
    return _plain(row.get("headline") or row.get("identifier"))


def _outcome(row: Json, lang: str) -> Text:
    outcome = str(row.get("outcome") or "")
    return Text(name(outcome, lang) if outcome else "—", STYLES.get(outcome, ""))


def _table(lang: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
    table = Table(*(phrase(head, lang) if head else "" for head in heads), box=box.SIMPLE_HEAD)
    for row in rows:
        table.add_row(*(cell if isinstance(cell, Text) else Text(_plain(cell)) for cell in row))
    return table


def _plain(cell: object) -> str:
    """What came from outside may not steer the terminal."""
    text = "" if cell is None else str(cell)
    return "".join(character if character.isprintable() else " " for character in text)
