"""The form of whole messages by espeak-ng, a sample of them: loudness, peaks on both ways, pace.

`make prove` measures all of them by the neural voice (test_whole_messages.py).
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

import numpy as np
import pytest

from drivers.sound import samples
from gateway.model.plan import ToneName
from gateway.model.speaker import Curve, Hearing
from gateway.voice import RATE
from gateway.voice.announcer import Announcer
from gateway.voice.engines.espeak import EspeakVoice
from gateway.voice.sound.loudness import loudness
from tests.hearing.form import Form, form, on_a_line, true_peak
from tests.hearing.messages import messages, urgent

SAMPLE = slice(5, None, 13)
"""A move order, a return, a red, an orange, a lift."""


@pytest.fixture(scope="module")
def forms() -> list[tuple[bool, Form]]:
    """Whether each message of the sample is urgent, and its form."""

    async def story() -> list[tuple[bool, Form]]:
        announcer = Announcer(EspeakVoice())
        made = []
        for script in messages()[SAMPLE]:
            speech = await announcer.speech(replace(script, tone=ToneName.NONE), 1, Hearing(Curve.HORN))
            made.append((urgent(script), form(script, samples(speech.pcm))))
        await announcer.close()
        return made

    return asyncio.run(story())


def test_every_message_has_one_loudness(forms: list[tuple[bool, Form]]) -> None:
    assert not [str(each) for _, each in forms if not each.level]


def test_no_message_clips_neither_here_nor_behind_a_narrow_line(forms: list[tuple[bool, Form]]) -> None:
    assert not [str(each) for _, each in forms if not each.unclipped]


def test_an_urgent_message_keeps_its_pace(forms: list[tuple[bool, Form]]) -> None:
    assert sum(grave for grave, _ in forms) > 2
    assert not [str(each) for grave, each in forms if grave and not each.paced]


def test_a_peak_between_the_samples_is_found() -> None:
    """A tone of a quarter of the rate, sampled beside its peaks: 3 dB more than its samples show."""
    quarter = np.sin(np.pi / 2 * np.arange(RATE) + np.pi / 4) * 0.5
    assert true_peak(quarter) == pytest.approx(-6.02, abs=0.2)


def test_the_meters_agree_on_a_tone_and_a_line_carries_it() -> None:
    tone = np.sin(2 * np.pi * 997 * np.arange(4 * RATE) / RATE) * 0.25
    tone *= np.clip(np.minimum(np.arange(4 * RATE), np.arange(4 * RATE)[::-1]) / 1600, 0, 1)
    sound = np.rint(tone * 32767).astype(np.int16)
    assert loudness(tone) == pytest.approx(-12.04 - 3.01, abs=0.1)
    assert -12.04 < true_peak(on_a_line(sound) / 32768) < -10.5  # the coder's own noise lies on top


def test_a_message_of_the_wrong_form_is_found() -> None:
    script = messages()[0]
    noise = np.random.default_rng(1).standard_normal(8 * RATE) * 3000
    made = form(script, np.clip(noise, -32768, 32767).astype(np.int16))
    louder = form(script, np.clip(noise * 6, -32768, 32767).astype(np.int16))
    assert not made.level
    assert made.unclipped
    assert not made.paced
    assert not louder.unclipped
