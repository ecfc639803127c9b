"""Texts in Latin letters taken apart: where a sentence ends, and what it is for. Golden answers."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.wording.latin import kind_of, statements
from gateway.wording.parts import Kind


def words(text: str) -> list[str]:
    return [one.words for one in statements(text)]


ENDS = {
    "a line goes on": (
        "HEAVY RAIN OVER THE QINGSHI VALLEY WILL LAST UNTIL\nNOON. RIVERS WILL RISE.",
        ["HEAVY RAIN OVER THE QINGSHI VALLEY WILL LAST UNTIL NOON", "RIVERS WILL RISE"],
    ),
    "a short line before a capital": ("Stay inside\nClose the windows", ["Stay inside", "Close the windows"]),
    "bullets": (
        "* WHAT...Flash flooding.\n* WHERE...Qingshi and\nXiaotian.",
        ["WHAT, Flash flooding", "WHERE, Qingshi and Xiaotian"],
    ),
    "a bullet ends the sentence before it": (
        "The office at Meiling has issued a\n\n* Flood Warning for...\nQingshi...\n\n* Until 915 PM.",
        ["The office at Meiling has issued a Flood Warning for, Qingshi", "Until 915 PM"],
    ),
    "a heading between ellipses": (
        "...FLOOD WARNING UNTIL NOON...\nLEAVE NOW.",
        ["FLOOD WARNING UNTIL NOON", "LEAVE NOW"],
    ),
    "abbreviations": (
        "Dr. Wang of St. Mary spoke. At 4:51 p.m. EDT it rained. It ends at 5 p.m. Then rest.",
        ["Dr. Wang of St. Mary spoke", "At 4:51 p.m. EDT it rained", "It ends at 5 p.m", "Then rest"],
    ),
    "a decimal": (
        "The river is at 19.1 feet. It rises 0.5 feet.",
        ["The river is at 19.1 feet", "It rises 0.5 feet"],
    ),
    "a heading within a line": (
        "The warning goes on for the coast - Event details: magnitude 7.1.",
        ["The warning goes on for the coast", "Event details: magnitude 7.1"],
    ),
    "markup": (
        "Fire at Qingshi<br />Leave now &amp; stay away",
        ["Fire at Qingshi", "Leave now & stay away"],
    ),
}


@pytest.mark.parametrize("case", ENDS)
def test_a_sentence_ends_where_it_ends(case: str) -> None:
    text, right = ENDS[case]
    assert words(text) == right


KINDS = {
    Kind.ORDER: [
        "TAKE COVER IN A SUBSTANTIAL SHELTER",
        "Seek shelter",
        "Move to higher ground now",
        "Evacuate",
        "If you are in the valley, leave immediately",
        "For your protection move to an interior room",
        "Residents should evacuate to the school",
        "Do not walk through moving water",
        "Turn around, do not drown",
        "A mandatory evacuation is in effect",
        "People near the river are advised to stay away from its banks",
        "Boats must return to port",
        "All residents are ordered to leave, see www.meiling.example",
        "You are in danger near the river; go uphill, away from the water",
        "Stay there until told it is safe",
        "Act quickly to protect your life",
        "Put out all flames",
        "Walk to the hill",
        "Workers are to stop work and come ashore",
        "Évacuez les zones basses",
        "Busquen refugio y no crucen el río",
    ],
    Kind.ADVICE: [
        "Monitor later forecasts",
        "Be prepared to take action",
        "Listen to the radio",
        "You should prepare a lamp",
        "Exercise caution",
    ],
    Kind.DANGER: [
        "Damage to roofs is likely",
        "This is a life-threatening situation",
        "Landslides are possible",
        "Drinking water is contaminated",
        "Mobile homes will be destroyed",
        "The Meiling dam has been overtopped",
        "HAZARD, 60 mph wind gusts",
    ],
    Kind.FORECAST: ["Snow is expected", "Until 915 PM", "At noon the river read 19.1 feet"],
    Kind.CONTACT: ["For more information visit www.meiling.example", "Updates posted to our website"],
    Kind.CAUSE: ["SOURCE, Radar indicated", "A low-pressure system is over the sea", "Forecaster: Wang"],
    Kind.CRITERION: ["A FLOOD WATCH MEANS THAT FLOODING MAY OCCUR"],
    Kind.OFFICE: ["Federal departments and agencies should consider protective measures"],
    Kind.PLACE: ["Locations impacted include, Qingshi, Xiaotian, and Heping"],
    Kind.LABEL: [
        "SVRCLE",
        "WWUS51 KCLE 140016",
        "OHC063-173-140115-",
        "LAT...LON 4150 8340",
        "$$",
        "4150 8340",
    ],
    Kind.OTHER: ["Well kept homes offer safety"],
}


@pytest.mark.parametrize(
    ("kind", "sentence"), [(kind, one) for kind, those in KINDS.items() for one in those]
)
def test_a_sentence_is_for_one_thing(kind: Kind, sentence: str) -> None:
    assert kind_of(sentence) is kind


@given(st.text("aA .:*-\n()é5…", max_size=120))
def test_no_letter_is_lost_and_none_is_added(text: str) -> None:
    def bare(written: str) -> str:
        return "".join(character for character in written if character in "aAé")

    assert bare("".join(words(text))) == bare(text)


@pytest.mark.parametrize("piece", ["A. ", "(A. ", "4444", "LAT ", "for\n", "Agencies. ", "take ", ". ", "'"])
def test_a_hostile_text_of_50_kilobytes_is_taken_apart_in_a_moment(piece: str) -> None:
    began = time.process_time()
    statements(piece * (50_000 // len(piece)))
    assert time.process_time() - began < 2
