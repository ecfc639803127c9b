"""The route: a unit's capabilities decide the form that it gets (docs/design.md, Rules 9).

Text goes to chips that speak, audio to units that play it, then a stored clip, then a tone.
"""

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
"""Tone numbers of units that have their own: 1 urgent, 2 warning, 3 chime. Our choice; drivers map them to
their hardware."""

GENERAL = {"warning-red": "warning", "warning-orange": "warning", "correction": "lift"}
"""The clip for a horn that has none of the meaning. A lift, a correction or a test never becomes a
warning."""


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
    """The burst in this form.

    None if it needs a clip, and the line has none of its meaning nor a more general one.
    """
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
