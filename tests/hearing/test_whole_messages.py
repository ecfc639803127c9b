"""The form of whole messages by the default voice, for both kinds of loudspeakers.

Every fourth message is said, all of them with TONGLUO_FULL=1: they take some seven minutes.
"""

from __future__ import annotations

import asyncio
import os
import time

import pytest

from gateway.model.speaker import Curve
from tests.hearing.form import Form, form
from tests.hearing.messages import messages, urgent
from tests.hearing.voices import DEFAULT, Refused, installed, sounds
from tests.support.needs import missing

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]


SAID = messages() if os.environ.get("TONGLUO_FULL") else messages()[::4]


@pytest.fixture(scope="module")
def forms(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[bool, Form]]:
    """Whether each message is urgent, and its form, for horns and for other loudspeakers."""
    voices = dict(installed())
    if DEFAULT not in voices:
        missing(f"no style {DEFAULT}: tongluo voice install")

    async def story() -> list[tuple[bool, Form]]:
        made = []
        async with sounds(voices[DEFAULT](), tmp_path_factory.mktemp("speech")) as by:
            for script in SAID:
                for curve in Curve:
                    try:
                        sound = await by.of(script, curve)
                    except Refused as refused:
                        print(f"it is not said: {refused}")
                    else:
                        made.append((urgent(script), form(script, sound)))
        return made

    began = time.perf_counter()
    made = asyncio.run(story())
    print(f"\n{len(made)} messages in {time.perf_counter() - began:.0f} s")
    return made


def test_every_message_is_said(forms: list[tuple[bool, Form]]) -> None:
    assert len(forms) == len(Curve) * len(SAID) > 30


def test_every_message_has_one_loudness(forms: list[tuple[bool, Form]]) -> None:
    assert not [str(each) for _, each in forms if not each.level]


def test_no_message_clips_neither_here_nor_behind_a_narrow_line(forms: list[tuple[bool, Form]]) -> None:
    assert not [str(each) for _, each in forms if not each.unclipped]


def test_an_urgent_message_keeps_its_pace(forms: list[tuple[bool, Form]]) -> None:
    assert not [str(each) for grave, each in forms if grave and not each.paced]
