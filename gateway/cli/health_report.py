"""The health report of a running gateway as findings: each source, voice and speaker, and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.cli.client import spoken
from gateway.cli.findings import Finding
from gateway.i18n import name, phrase
from gateway.model.alarm import AlarmKind

GOOD = ("played", "unproved", "heard", "cancelled", "expired", "preempted", None)
"""Outcomes after which nobody need go to a speaker."""
OUTSIDE = frozenset({AlarmKind.LINE, AlarmKind.BROKER, AlarmKind.DISK, AlarmKind.DISK_SPACE, AlarmKind.CLOCK})
"""Alarms about things that the doctor looks at from outside too."""
DISK = frozenset({AlarmKind.DISK, AlarmKind.DISK_SPACE})


@dataclass(frozen=True)
class HealthReport:
    """What the API says of the gateway's health and of its speakers."""

    health: Mapping[str, Any]
    """The body of GET /api/v1/health."""
    speakers: Sequence[Mapping[str, Any]]
    """The rows of GET /api/v1/speakers."""
    lang: str = "zh"

    def findings(self) -> Iterator[Finding]:
        """Each source, voice and speaker, then every other alarm that is not about something OUTSIDE."""
        complaints = self._complaints()
        for about, finding in (*self._sources(), *self._voices(), *self._speakers()):
            complaint = complaints.pop(about, None)
            yield Finding(finding.subject, False, complaint) if complaint else finding
        for (kind, subject), complaint in complaints.items():
            if kind not in OUTSIDE:
                alarm = self._phrase("check_alarm", name=kind.named(subject))
                yield Finding(alarm, False, complaint)

    @property
    def disk(self) -> str | None:
        """What is wrong with the disk, in the gateway's own words."""
        complaints = self._complaints()
        return next((complaint for (kind, _), complaint in complaints.items() if kind in DISK), None)

    def _complaints(self) -> dict[tuple[AlarmKind, str], str]:
        """What is wrong, by the alarm's kind and subject."""
        reasons = self.health.get("reasons") or ()
        return {AlarmKind.parse(str(reason["name"])): spoken(reason, self.lang) for reason in reasons}

    def _sources(self) -> Iterator[tuple[tuple[AlarmKind, str], Finding]]:
        for source, seen in (self.health.get("sources") or {}).items():
            last = seen.get("last")
            said = self._phrase("source_last", at=_time(last)) if last else self._phrase("source_never")
            yield (AlarmKind.SOURCE, source), Finding(self._phrase("check_source", name=source), True, said)

    def _voices(self) -> Iterator[tuple[tuple[AlarmKind, str], Finding]]:
        speaking = self.health.get("voices") or {}
        state = self.health.get("voice") or {}
        name = str(state.get("name") or "")
        engine = name.partition(" ")[0]
        for voice, speaks in speaking.items():
            said = self._phrase("voice_speaks" if speaks else "voice_mute")
            if voice == engine and voice != "espeak-ng":
                voice, said = name, self._state(state) if speaks else self._phrase("voice_dead")
            subject = self._phrase("check_voice", name=voice)
            yield (AlarmKind.VOICE, voice.partition(" ")[0]), Finding(subject, bool(speaks), said)
        if state.get("missing") and engine not in speaking:
            absent = spoken(state["missing"], self.lang)
            yield (AlarmKind.VOICE, engine), Finding(self._phrase("check_voice", name=name), False, absent)

    def _state(self, state: Mapping[str, Any]) -> str:
        """How a voice beside espeak-ng is, and whether a villager has heard it."""
        pace = state.get("pace")
        if pace is None:
            said = self._phrase("voice_unmeasured")
        else:
            said = self._phrase("voice_slow" if state.get("slow") else "voice_pace", pace=pace)
        return said if state.get("trial") else said + self._phrase("voice_unheard")

    def _speakers(self) -> Iterator[tuple[tuple[AlarmKind, str], Finding]]:
        pulses = (self.health.get("speakers") or {}).get("each") or {}
        for speaker in self.speakers:
            number = str(speaker["id"])
            subject = self._phrase("check_speaker", name=f"{speaker.get('name', '')} {number}".strip())
            good, said = self._speaker(speaker, pulses.get(number) or {})
            yield (AlarmKind.SPEAKER, number), Finding(subject, good, said)

    def _speaker(self, speaker: Mapping[str, Any], pulse: Mapping[str, Any]) -> tuple[bool, str]:
        last = speaker.get("last") or {}
        outcome = last.get("outcome")
        fields = {
            "at": _time(pulse.get("heard")) or self._phrase("never"),
            "outcome": name(outcome, self.lang) if outcome else self._phrase("never"),
        }
        if speaker.get("line_up") is False:
            return False, self._phrase("speaker_line_down", line=speaker.get("line", ""), **fields)
        if pulse.get("silent"):
            return False, self._phrase("speaker_silent", **fields)
        if outcome not in GOOD:
            return False, f"{self._phrase('speaker_failed', **fields)} {spoken(last, self.lang)}"
        return True, self._phrase("speaker_good", **fields)

    def _phrase(self, key: str, **fields: object) -> str:
        return phrase(key, self.lang, **fields)


def _time(at: object) -> str:
    return str(at).replace("T", " ")[:19] if at else ""
