"""Every reason, error and value has its words in both languages, and every field that is sent is said."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import tomllib
from collections.abc import Iterator
from enum import Enum
from functools import cache
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

import drivers
import gateway
from drivers.errors import DriverError
from gateway.i18n import LANGUAGES, LONGEST, left_name, name, outcome_name, phrase, sentence
from gateway.intake import readers
from gateway.intake.readers.formats.registry import JSON, XML
from gateway.model.delivery import Evidence, Form, Outcome
from gateway.model.hazard import Level
from gateway.model.plan import Act, Class, LeftFor
from gateway.model.reason import Reason, Why
from gateway.model.verdict import Verdict
from gateway.voice.account import Lack

SOURCES = Path(gateway.__file__).parent
WORDS = {lang: tomllib.loads((SOURCES / "i18n" / f"{lang}.toml").read_text("utf-8")) for lang in LANGUAGES}

ELSEWHERE = {
    Reason.AIRED: {"hazard", "level"},
    Reason.VETO_WINDOW: {"hazard", "level"},
    Reason.WATCH_ONLY: {"hazard", "level"},
    Reason.UPDATED: {"hazard", "level"},
    Reason.ONE_PERSON: {"hazard", "level"},
    Reason.TWO_PEOPLE: {"hazard", "level"},
    Reason.HELD_AT_NIGHT: {"hazard", "level"},
    Reason.STORED_BY_RULE: {"hazard", "level"},
    Reason.BAD_VALUE: {"format", "member", "line", "element", "saw", "expected", "fault"},
    Reason.MISSING_ELEMENT: {"format", "member", "line", "element", "saw", "expected", "fault"},
    Reason.MISSPELT_KEY: {"format", "member", "line", "element", "saw"},
    Reason.GAUGE_KEY: {"format", "line", "element", "saw", "meant"},
    Reason.UNKNOWN_FORMAT: {"format", "fault", "saw", "keys", "formats"},
    Reason.QWEATHER_V7: {"format", "number"},
    Reason.ERROR_ANSWER: {"format", "saw", "service"},
    Reason.NOT_XML: {"format", "line", "column", "fault", "saw"},
    Reason.NOT_JSON: {"format", "line", "column", "fault", "saw"},
    Reason.TOO_DEEP: {"format", "line", "expected"},
    Reason.DOCTYPE: {"format", "line"},
    Reason.EMPTY: {"format"},
    Reason.BAD_REQUEST: {"element", "fault", "saw"},
    Reason.EXPIRED: {"burst"},
    Reason.SUPERSEDED: {"burst"},
}
"""Fields that the code puts together before it says the reason."""


def errors() -> Iterator[type[DriverError]]:
    """Every driver error there is, from every module of drivers."""
    for module in pkgutil.walk_packages(drivers.__path__, "drivers."):
        importlib.import_module(module.name)
    known = [DriverError]
    while known:
        error = known.pop()
        if error.__module__.startswith("drivers."):
            yield error
        known += error.__subclasses__()


@cache
def sent() -> dict[Reason, set[str]]:
    """Which fields the gateway's code gives with each reason: `Why(Reason.X, {...})` wherever it stands."""
    found: dict[Reason, set[str]] = {reason: set(fields) for reason, fields in ELSEWHERE.items()}
    for path in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Name(id="Why"),
                    args=[ast.Attribute(value=ast.Name(id="Reason"), attr=reason), *rest],
                ):
                    fields = found.setdefault(Reason[reason], set())
                    if rest and isinstance(rest[0], ast.Dict):
                        fields.update(str(key.value) for key in rest[0].keys if isinstance(key, ast.Constant))
    return found


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_sentences_are_exactly_those_of_the_reasons_and_errors(lang: str) -> None:
    assert set(WORDS[lang]["reason"]) == {str(reason) for reason in Reason}
    assert set(WORDS[lang]["error"]) == {error.code for error in errors()} | {"no_proof", "internal"}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_names_are_exactly_those_of_the_model(lang: str) -> None:
    for kind in (Outcome, Evidence, Form, Act, Class, Level):
        section = WORDS[lang][kind.__name__.lower()]
        assert set(section) == {member.name.lower() for member in kind}
        assert all(name(member, lang) == section[member.name.lower()] for member in kind)
    assert set(WORDS[lang]["left"]) == {member.value for member in LeftFor}
    assert all(left_name(member.value, lang) == WORDS[lang]["left"][member.value] for member in LeftFor)
    assert set(WORDS[lang]["verdict"]) == {
        kind.__dataclass_fields__["name"].default for kind in get_args(Verdict)
    }


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_field_that_is_sent_is_said_and_no_other_is_waited_for(lang: str) -> None:
    for reason, fields in sent().items():
        said = set(re.findall(r"\{(\w+)}", WORDS[lang]["reason"][reason]))
        assert said == fields, f"{reason} is sent with {sorted(fields)} and says {sorted(said)}"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_field_of_a_reason_or_error_always_stands_in_a_part_that_can_be_left_out(lang: str) -> None:
    for section in ("reason", "error"):
        for key, text in WORDS[lang][section].items():
            assert "{" not in re.sub(r"\[[^]]*]", "", text), key
            assert text.count("[") == text.count("]"), key


def test_both_languages_have_the_same_phrases_with_the_same_fields() -> None:
    def fields(lang: str) -> dict[str, set[str]]:
        return {key: set(re.findall(r"\{(\w+)}", text)) for key, text in WORDS[lang]["phrase"].items()}

    assert fields("zh") == fields("en")


def test_every_phrase_is_said_somewhere() -> None:
    files = [path for path in SOURCES.rglob("*") if path.suffix in (".py", ".html")]
    source = "\n".join(path.read_text("utf-8") for path in files)
    begun = tuple(re.findall(r"""f["'](\w+_)\{""", source))
    unsaid = {
        key
        for key in WORDS["zh"]["phrase"]
        if not re.search(rf"""["']{key}["']""", source) and not key.startswith(begun)
    }
    assert unsaid == set()


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("reason", Reason)
def test_a_sentence_is_whole_with_no_fields_and_with_all(reason: Reason, lang: str) -> None:
    fields = dict.fromkeys(sent().get(reason, ()), "某值")
    for why in (Why(reason), Why(reason, fields)):
        said = sentence(why, lang)
        assert said
        assert said.endswith(("。", "."))
        assert not set("[]{}") & set(said)
    for value in fields.values():
        assert value in sentence(Why(reason, fields), lang)


def test_a_chinese_sentence_is_chinese_and_an_english_one_is_english() -> None:
    for reason in Reason:
        assert re.search(r"[一-鿿]", sentence(Why(reason)))
        assert not re.search(r"[一-鿿]", sentence(Why(reason), "en"))


def test_a_speaker_that_did_not_answer_is_told_with_what_to_check() -> None:
    why = Why(Reason.UNREACHED, {"error": "no_answer"})
    assert sentence(why) == "没有送达：限时内没有应答，请检查终端电源、地址、接线和波特率。"
    assert sentence(why, "en").startswith("It did not get through: no answer in time;")


def test_levels_and_hazards_are_said_in_words() -> None:
    why = Why(Reason.AIRED, {"hazard": "暴雨", "level": "red"})
    assert sentence(why) == "暴雨红色按转播规则立即播出。"
    assert sentence(why, "en") == "By the relay rules it sounds at once: rainstorm, red level."
    assert "?" not in sentence(Why(Reason.AIRED, {"hazard": "?", "level": "red"}))


def test_names_are_found_by_member_and_by_the_text_json_has() -> None:
    assert name(Outcome.UNPROVED) == name("unproved") == outcome_name("unproved", "zh") == "已发送，无回传"
    assert name("air", "en") == "air"
    assert name(Class.RED, "en") == name("red", "en") == "red warning"
    assert name(Level.RED) == "红色"
    assert name("sounding") == "已发声"
    assert name("未知之物") == "未知之物"
    assert outcome_name("未知", "en") == "未知"


def test_a_value_that_is_no_known_enum_is_said_by_its_value() -> None:
    class Colour(Enum):
        TEAL = "teal"

    assert name(Colour.TEAL) == "teal"


def test_an_unknown_language_is_chinese() -> None:
    assert sentence(Why(Reason.EMPTY), "fr") == sentence(Why(Reason.EMPTY), "zh")


@given(st.text(), st.sampled_from(list(Reason)), st.sampled_from(LANGUAGES))
def test_nothing_a_stranger_sends_breaks_a_sentence_or_steers_a_terminal(
    text: str, reason: Reason, lang: str
) -> None:
    said = sentence(
        Why(reason, dict.fromkeys(("saw", "sender", "by", "element", "error", "level"), text)), lang
    )
    assert said.isprintable()
    assert len(said) < 400 + 3 * LONGEST


def test_what_a_stranger_sends_is_said_as_it_is_and_not_filled_again() -> None:
    assert "[{expected}]" in sentence(Why(Reason.NOT_XML, {"saw": "[{expected}]", "expected": "no"}))


def test_a_phrase_is_filled_and_its_optional_parts_left_out() -> None:
    assert (
        phrase("port_busy", "en", port="/dev/x", who="")
        == "/dev/x is held by another program. Stop that first."
    )
    assert "(minicom)" in phrase("port_busy", "en", port="/dev/x", who="minicom")
    long = "/a" * LONGEST
    assert long in phrase("port_busy", port=long)
    with pytest.raises(KeyError):
        phrase("no such phrase")


def test_every_format_has_its_name_and_a_refusal_shows_it() -> None:
    found = pkgutil.walk_packages(readers.__path__, f"{readers.__name__}.")
    modules = [importlib.import_module(each.name) for each in found]
    names = {module.NAME for module in modules if hasattr(module, "NAME")}
    assert {form.NAME for form in XML} | {form.NAME for form in JSON} <= names
    for lang in LANGUAGES:
        assert set(WORDS[lang]["format"]) == names
        assert len(set(WORDS[lang]["format"].values())) == len(names)
    why = Why(Reason.MISSING_ELEMENT, {"format": "caiyun", "line": "7", "element": "content[0].pubtimestamp"})
    assert sentence(why) == (
        "按“彩云 JSON”读：第 7 行，缺少 content[0].pubtimestamp（发布时间），这是必需项。请补上后重发。"
    )


def test_a_key_that_has_no_word_is_named_alone() -> None:
    assert sentence(Why(Reason.MISSING_ELEMENT, {"element": "nonce"})).startswith("缺少 nonce，这是必需项")
    assert "areas.0 (the codes" in sentence(Why(Reason.BAD_VALUE, {"element": "areas.0"}), "en")


@pytest.mark.parametrize(("lang", "comma"), [("zh", "、"), ("en", ", ")])
def test_a_list_of_warnings_is_said_whole_however_many_there_are(lang: str, comma: str) -> None:
    lines = [f"{number:032x} 暴雨红色预警信号\x1b" for number in range(9)]
    said = sentence(Why(Reason.WHICH_LIFT, {"keys": "\n".join(lines)}), lang)
    assert comma.join(line.replace("\x1b", " ") for line in lines) in said


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        (
            "zh",
            "终端回传：已播完。发音：espeak-ng（开播时还没有备好）、kokoro+espeak-ng（有一句念不好）、kokoro。",
        ),
        (
            "en",
            "The speaker reported that it came to the end. Said by: espeak-ng (not ready in time), "
            "kokoro+espeak-ng (it does not say a sentence well), kokoro.",
        ),
    ],
)
def test_who_said_the_readings_of_a_burst_is_told_in_words(lang: str, said: str) -> None:
    told = "espeak-ng:not_ready kokoro+espeak-ng:refused kokoro"
    assert sentence(Why(Reason.SPOKEN, {"readings": told}), lang) == said
    assert "Said by" not in sentence(Why(Reason.SPOKEN, {"readings": ""}), lang)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_lack_of_a_voice_has_words(lang: str) -> None:
    for lack in Lack:
        told = sentence(Why(Reason.SPOKEN, {"readings": f"espeak-ng:{lack}"}), lang)
        assert f"({lack})" not in told
        assert f"（{lack}）" not in told
