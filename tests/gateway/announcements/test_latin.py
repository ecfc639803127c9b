"""Readings of warnings in Latin letters: nothing ends in its middle, and what people must do is said."""

from __future__ import annotations

import asyncio
import re
import time
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.announcements.script import exercise, seconds, warning
from gateway.model.alert import Alert, Info, MsgType, Scope, Status
from gateway.model.hazard import Level
from gateway.model.plan import LeftFor, Script
from gateway.runtime.clock import CHINA
from gateway.voice import RATE
from gateway.voice.announcer import Announcer
from gateway.voice.engines.espeak import EspeakVoice

AT = datetime(2026, 7, 28, 14, 30, tzinfo=CHINA)
ALERT = Alert("L1", "met@example", AT, Status.ACTUAL, MsgType.ALERT, Scope.PUBLIC)
OPENED = ("预警广播，预警广播。", "Meiling Met Office7月28日14时30分发布。")
CLOSING = "请相互转告，做好防范。"


def read(description: str, instruction: str = "", headline: str = "Flood Warning", event: str = "") -> Script:
    info = Info(
        event=event,
        headline=headline,
        description=description,
        instruction=instruction,
        sender_name="Meiling Met Office",
    )
    return warning(ALERT, info, Level.ORANGE)


BULLETED = """SVRMLG

The office at Meiling has issued a

* Severe Thunderstorm Warning for...
Qingshi in northern Meiling...
Xiaotian in northern Meiling...

* Until 915 PM.

* At 816 PM, a severe thunderstorm was near Heping, moving east
at 30 mph.

HAZARD...60 mph wind gusts.

SOURCE...Radar indicated.

IMPACT...Expect damage to roofs.

* Locations impacted include...
Qingshi, Xiaotian, Heping, Longquan, Hetou, Shuangxi, Baisha, Dongshan, Yongfeng, Xinhe, Lianhua,
Taiping, Gaoqiao, Shimen, Tangkou, Jinji, Upper Qingshi, Upper Xiaotian, Upper Heping, Upper Longquan,
Upper Hetou, Upper Shuangxi, Upper Baisha, Upper Dongshan, Upper Yongfeng, Upper Xinhe, Upper Lianhua,
Upper Taiping, Upper Gaoqiao, Upper Shimen, Upper Tangkou, and Upper Jinji.

LAT...LON 4150 8340 4150 8390
"""


def test_a_bulletin_with_stars_says_what_where_when_and_what_to_do() -> None:
    script = read(
        BULLETED, "Move to an interior room\non the lowest floor. For more information see www.m.example."
    )
    assert script.sentences == (
        *OPENED,
        "Flood Warning。",
        "The office at Meiling has issued a Severe Thunderstorm Warning for, Qingshi in northern Meiling, "
        "Xiaotian in northern Meiling。",
        "Until 915 PM。",
        "At 816 PM, a severe thunderstorm was near Heping, moving east at 30 mph。",
        "HAZARD, 60 mph wind gusts。",
        "IMPACT, Expect damage to roofs。",
        "Move to an interior room on the lowest floor。",
        CLOSING,
    )


def test_what_goes_is_told_with_its_reason() -> None:
    script = read(BULLETED, "Move to an interior room. For more information see www.m.example.")
    reasons = {one.words[:12]: one.why for one in script.left}
    assert reasons["SVRMLG"] is LeftFor.LABEL
    assert reasons["LAT...LON 41"] is LeftFor.LABEL
    assert reasons["Locations im"] is LeftFor.PLACES
    assert reasons["For more inf"] is LeftFor.CONTACT


ORDERS = [
    ("TAKE COVER IN A SUBSTANTIAL SHELTER UNTIL THE STORM PASSES.", "TAKE COVER IN A SUBSTANTIAL SHELTER"),
    ("Seek shelter now. Stay away from windows.", "Stay away from windows"),
    ("Move to higher ground now.", "Move to higher ground now"),
    ("Evacuate the valley at once, by the north road.", "by the north road"),
    ("Residents of low areas must leave their homes before dark.", "leave their homes before dark"),
    ("Be prepared to take action.", "Be prepared to take action"),
    ("Turn around, do not drown!", "do not drown"),
    ("Évacuez immédiatement les berges.", "Évacuez immédiatement les berges"),
    ("Busquen refugio en terreno alto.", "Busquen refugio en terreno alto"),
    ("Boil all water before drinking.", "Boil all water before drinking"),
]
BACKGROUND = "The trough over the sea deepens slowly, as the last discussion of the forecasters explained. "
FACTS = "Rainfall of 120 mm is expected in Qingshi until 6 PM. Landslides are likely. "


@pytest.mark.parametrize(("instruction", "heard"), ORDERS)
@pytest.mark.parametrize("capitals", [False, True])
def test_background_goes_before_what_people_must_do(instruction: str, heard: str, capitals: bool) -> None:
    description = FACTS + "".join(BACKGROUND.replace("sea", f"sea {number}") for number in range(30))
    if capitals:
        description, instruction, heard = description.upper(), instruction.upper(), heard.upper()
    script = read(description, instruction)
    assert heard in script.text
    assert "120 mm is expected in qingshi until 6 pm" in script.text.lower()
    assert "landslides are likely" in script.text.lower()
    assert 50 < seconds(script) <= 62
    assert {one.why for one in script.left} == {LeftFor.CAUSE}


def test_what_the_instruction_repeats_is_kept_where_it_is_said_first() -> None:
    description = (
        FACTS + "".join(f"Old house number {number} leans. " for number in range(60)) + "Ring the bell."
    )
    script = read(description, "Ring the bell.")
    assert script.sentences.count("Ring the bell。") == 1


def test_the_headline_is_said_once() -> None:
    script = read("FLOOD WARNING\n\nThe river rises.", "Flood warning. Leave now.")
    assert script.sentences == (*OPENED, "Flood Warning。", "The river rises。", "Leave now。", CLOSING)


def test_without_a_headline_the_event_is_said_with_its_level() -> None:
    script = read("", "Leave now.", headline="", event="Flash Flood Watch")
    assert script.sentences == (*OPENED, "Flash Flood Watch橙色预警。", "Leave now。", CLOSING)


def test_a_reading_of_more_than_75_seconds_is_followed_by_a_short_one() -> None:
    rows = " ".join(
        f"Damage to bridge number {number} on the Meiling road is likely." for number in range(20)
    )
    script = read(f"The dam at Qingshi may fail. {rows}", "Stay calm. Move to higher ground now.")
    assert 75 < seconds(script) <= 150
    assert script.text.count("bridge number") == 20, "danger is never cut"
    assert script.short == (
        *OPENED,
        "Flood Warning。",
        "The dam at Qingshi may fail。",
        "Move to higher ground now。",
    )
    info = Info(headline="Flood Warning", description=f"The dam may fail. {rows}", instruction="Leave now.")
    assert exercise(ALERT, info, Level.ORANGE).short[-1] == "演练完毕，以上内容是演练。"


ENDS = re.compile(r"(?<=[.!?\n])\s*")


@given(
    st.lists(
        st.sampled_from(
            [
                "Rain of 80 mm is expected in Qingshi, Xiaotian and Heping until noon.",
                "Damage is likely!",
                "Leave now.",
                "The trough deepens.",
                "See www.m.example.",
                "A watch means that flooding may occur.",
                "Old houses lean.",
            ]
        ),
        max_size=60,
    ),
    st.booleans(),
)
def test_every_sentence_of_a_reading_is_a_whole_sentence_of_the_text(text: list[str], order: bool) -> None:
    script = read(" ".join(text), "Move to higher ground." if order else "")
    whole = {one.rstrip(".") for one in [*text, "Move to higher ground.", "Flood Warning."]}
    own = {*OPENED, CLOSING}
    for sentence in (*script.sentences, *script.short):
        assert sentence in own or sentence.rstrip("。") in whole
    assert seconds(script) <= 151
    assert not order or "Move to higher ground" in script.text


def test_a_sentence_that_alone_is_too_long_is_said_to_the_end_of_a_clause() -> None:
    places = ", ".join(f"the village of Qingshi number {number}" for number in range(300))
    script = read(f"Floods are likely in {places}.", "Leave now.")
    assert re.search(r"the village of Qingshi number \d+。Leave now。", script.text)
    assert seconds(script) <= 151


@pytest.mark.parametrize("piece", ["leave now, ", "Leave now. ", "x", "x ", "Go to www.m.example. "])
def test_a_text_of_50_kilobytes_is_bounded_and_read_in_a_moment(piece: str) -> None:
    text = piece * (50_000 // len(piece))
    began = time.process_time()
    script = read(text, text, headline=text)
    assert time.process_time() - began < 3
    assert seconds(script) <= 190


def test_the_time_that_is_reckoned_is_the_time_that_the_voice_takes() -> None:
    script = read(BULLETED, "Move to an interior room on the lowest floor. Stay away from windows.")

    async def measured() -> float:
        announcer = Announcer(EspeakVoice())
        parts = [(await announcer.plain(one))[1] for one in script.sentences]
        await announcer.close()
        return sum(map(len, parts)) / 2 / RATE

    assert asyncio.run(measured()) == pytest.approx(seconds(script), rel=0.15)
