"""What a running gateway says of itself, as findings: why is it silent, thing by thing, each with what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.cli.client import spoken
from gateway.i18n import name, phrase

GOOD = ("played", "unproved", "heard", "cancelled", "expired", "preempted", None)
"""Outcomes after which nobody need go to a speaker."""


@dataclass(frozen=True)
class Finding:
    """One thing looked at. `said` is what to do where it is not `good`."""

    subject: str
    good: bool
    said: str


@dataclass(frozen=True)
class Testimony:
    """`health` is the body of GET /api/v1/health, `speakers` that of GET /api/v1/speakers."""

    __test__ = False
    health: Mapping[str, Any]
    speakers: Sequence[Mapping[str, Any]]
    lang: str = "zh"

    def findings(self) -> Iterator[Finding]:
        """Everything but lines, brokers and clock, which the doctor looks at with his own eyes too."""
        complaints = {str(one["name"]): spoken(one, self.lang) for one in self.health.get("reasons", ())}
        for about, found in (*self._sources(), *self._voices(), *self._speakers()):
            complaint = complaints.pop(about, None)
            yield Finding(found.subject, False, complaint) if complaint else found
        for about, complaint in complaints.items():
            if not about.startswith(("line ", "broker ", "disk")) and about != "clock":
                yield Finding(self._phrase("check_alarm", name=about), False, complaint)

    @property
    def disk(self) -> str | None:
        """What is wrong with the disk, in the daemon's own words."""
        return next(
            (
                spoken(one, self.lang)
                for one in self.health.get("reasons", ())
                if str(one["name"]).startswith("disk")
            ),
            None,
        )

    def _sources(self) -> Iterator[tuple[str, Finding]]:
        for source, seen in (self.health.get("sources") or {}).items():
            last = seen.get("last")
            said = self._phrase("source_last", at=_time(last)) if last else self._phrase("source_never")
            yield f"source {source}", Finding(self._phrase("check_source", name=source), True, said)

    def _voices(self) -> Iterator[tuple[str, Finding]]:
        for voice, speaks in (self.health.get("voices") or {}).items():
            said = self._phrase("voice_speaks" if speaks else "voice_mute")
            yield f"voice {voice}", Finding(self._phrase("check_voice", name=voice), bool(speaks), said)

    def _speakers(self) -> Iterator[tuple[str, Finding]]:
        each = (self.health.get("speakers") or {}).get("each") or {}
        for row in self.speakers:
            speaker = str(row["id"])
            subject = self._phrase("check_speaker", name=f"{row.get('name', '')} {speaker}".strip())
            good, said = self._speaker(row, each.get(speaker) or {})
            yield f"speaker {speaker}", Finding(subject, good, said)

    def _speaker(self, row: Mapping[str, Any], heard: Mapping[str, Any]) -> tuple[bool, str]:
        last = row.get("last") or {}
        outcome = last.get("outcome")
        fields = {
            "at": _time(heard.get("heard")) or self._phrase("never"),
            "outcome": name(outcome, self.lang) if outcome else self._phrase("never"),
        }
        if row.get("line_up") is False:
            return False, self._phrase("speaker_line_down", line=row.get("line", ""), **fields)
        if heard.get("silent"):
            return False, self._phrase("speaker_silent", **fields)
        if outcome not in GOOD:
            return False, f"{self._phrase('speaker_failed', **fields)} {spoken(last, self.lang)}"
        return True, self._phrase("speaker_good", **fields)

    def _phrase(self, key: str, **fields: object) -> str:
        return phrase(key, self.lang, **fields)


def _time(at: object) -> str:
    return str(at).replace("T", " ")[:19] if at else ""
