"""From what a unit can do to the form it gets (design.md, rule 9): text to chips that speak, audio to those that take it, then a clip."""

from __future__ import annotations

from collections.abc import Mapping

from drivers import Capability, Sound, Utterance
from gateway.model.delivery import Form
from gateway.model.plan import Script, ToneName

_ORDER = (
    (Capability.TEXT, Form.TEXT),
    (Capability.AUDIO, Form.AUDIO),
    (Capability.CLIP, Form.CLIP),
    (Capability.TONE, Form.TONE),
)

TONES = {ToneName.RED: 1, ToneName.ORANGE: 2, ToneName.CHIME: 3, ToneName.LIFT: 3, ToneName.DRILL: 3}
"""Tone numbers of units that have their own: 1 urgent, 2 warning, 3 chime. Our choice; drivers map them to their hardware."""


GENERAL = {"warning-red": "warning", "warning-orange": "warning", "correction": "lift"}
"""What a horn says that has no clip of that meaning. A lift, a correction or a test never becomes a warning."""


def form(can: Capability) -> Form | None:
    """The best form a unit can play, None if it can play nothing."""
    return next((form for capability, form in _ORDER if capability in can), None)


def utterance(
    form: Form,
    script: Script,
    *,
    token: bytes,
    text: str | None,
    sound: Sound | None,
    clips: Mapping[str, int],
    volume: int | None,
    not_after: float | None,
) -> Utterance | None:
    """The burst in this form. None where a clip is needed and the line has none of that meaning nor a more general one."""
    clip = clips.get(script.clip, clips.get(GENERAL.get(script.clip, "")))
    if form is Form.CLIP and clip is None:
        return None
    return Utterance(
        token=token,
        text=text if form is Form.TEXT else None,
        sound=sound if form is Form.AUDIO else None,
        clip=clip if form is Form.CLIP else None,
        tone=TONES.get(script.tone) if form in (Form.TONE, Form.TEXT) else None,
        volume=volume,
        not_after=not_after,
    )
