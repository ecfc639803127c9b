"""The health of the gateway."""

from __future__ import annotations

from datetime import datetime

from gateway.console.views import View
from gateway.console.views.alarms import lasting
from gateway.console.views.reasons import why
from gateway.monitoring.polling import Condition
from gateway.monitoring.vitals import Complaint, Vitals, complaints, status
from gateway.monitoring.voice import VoiceState
from gateway.runtime.supervisor import TaskState


def health(vitals: Vitals) -> View:
    """`status` is the worst of `reasons`. The other fields are what was seen.

    Times are ISO 8601, ages and the lag are in seconds, free space is in bytes.
    """
    reasons = complaints(vitals)
    return {
        "status": str(status(reasons)),
        "reasons": [_reason(complaint) for complaint in reasons],
        "now": vitals.now.isoformat(timespec="seconds"),
        "clock": _clock(vitals),
        "lines": dict(vitals.lines),
        "brokers": dict(vitals.brokers),
        "voices": dict(vitals.voices),
        "voice": _voice(vitals.voice),
        "sources": {name: {"last": _iso(last)} for name, last in vitals.sources.items()},
        "disk": {"trouble": vitals.disk.trouble, "free": vitals.disk.free},
        "tasks": {task.name: _task(task) for task in vitals.tasks},
        "speakers": _speakers(vitals),
        "queue": {"waiting": vitals.waiting},
        "oldest_unacknowledged_s": vitals.oldest_unacknowledged,
        "receipts_owed": vitals.owed,
        "on_air": vitals.on_air,
        "alarms": [lasting(alarm) for alarm in vitals.alarms],
        "canary_age_s": vitals.canary_age,
        "held_until": _iso(vitals.held_until),
        "loop_lag_s": round(vitals.lag, 4),
    }


def _reason(complaint: Complaint) -> View:
    return {"name": complaint.name, "status": str(complaint.severity), **why(complaint.why)}


def _clock(vitals: Vitals) -> View:
    jumped = vitals.jumped and {
        "seconds": round(vitals.jumped.seconds, 1),
        "at": vitals.jumped.at.isoformat(timespec="seconds"),
    }
    return {"trusted": vitals.trusted, "jumped": jumped}


def _voice(voice: VoiceState) -> View:
    """The voice that shall speak. `pace` is the seconds of work for a second of speech."""
    return {
        "name": voice.name,
        "missing": why(voice.missing) if voice.missing else None,
        "pace": None if voice.pace is None else round(voice.pace, 2),
        "slow": voice.slow,
        "said": dict(voice.said),
        "trial": voice.trial,
        "refused": dict(voice.refused),
    }


def _task(task: TaskState) -> View:
    ticked = None if task.ticked is None else round(task.ticked, 1)
    return {"state": str(task.state), "restarts": task.restarts, "ticked_s": ticked, "fault": task.fault}


def _speakers(vitals: Vitals) -> View:
    speakers = vitals.speakers
    due, answered = vitals.polls.due, vitals.polls.answered
    return {
        "heard": sum(speaker.heard is not None and not speaker.silent for speaker in speakers.values()),
        "silent": sum(speaker.silent for speaker in speakers.values()),
        "polls": {"due": due, "answered": answered, "rate": round(answered / due, 4) if due else None},
        "each": {name: _speaker(speaker) for name, speaker in speakers.items()},
    }


def _speaker(speaker: Condition) -> View:
    return {"heard": _iso(speaker.heard), "silent": speaker.silent, "battery": speaker.battery}


def _iso(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None
