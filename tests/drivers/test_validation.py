"""What a model finds wrong is told in Chinese and in English, never in pydantic's own words."""

from __future__ import annotations

import re
import tomllib
from typing import Annotated, Any, Literal, get_args

import pytest
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic_core import _pydantic_core
from pydantic_core.core_schema import ErrorType

from drivers.validation import WORDS, named, not_toml, said

TIME = "2026-07-28T14:30:00+08:00"
TEMPLATES: dict[str, str] = {
    row["type"]: row["message_template_python"] for row in _pydantic_core.list_all_errors()
}


class Table(BaseModel):
    model_config = ConfigDict(extra="forbid")

    known: int = 0


def faults(kind: Any, value: object) -> list[Any]:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(kind).validate_python(value)
    return caught.value.errors()


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        (int, "x", "应为整数。it must be an integer"),
        (Annotated[int, Field(ge=1)], 0, "不能小于 1。it must be at least 1"),
        (Annotated[float, Field(lt=2.5)], 3, "应小于 2.5。it must be less than 2.5"),
        (Annotated[str, Field(min_length=1)], "", "至少要有 1 个字。it must have at least 1 characters"),
        (Annotated[list[int], Field(max_length=1)], [1, 2], "最多只能有 1 项。it must have at most 1 items"),
        (Literal["red", "orange", 3], "green", "只能是 red、orange、3。it must be red、orange、3"),
        (Table, {"knwon": 1}, "没有这个键，请核对拼写。there is no such key; check its spelling"),
        (
            AwareDatetime,
            "2026-07-28T14:30:00",
            f"应写明时区，例如 {TIME}。it must have a time zone, as {TIME} has",
        ),
        (
            AwareDatetime,
            "tomorrow",
            f"应为时间，例如 {TIME}。it must be a time such as {TIME}",
        ),
        (Annotated[str, Field(pattern="^[0-9]+$")], "x", "写法不对，应符合 ^[0-9]+$。it must match ^[0-9]+$"),
    ],
)
def test_a_fault_in_both_languages(kind: Any, value: object, words: str) -> None:
    (fault,) = faults(kind, value)
    assert said(fault) == words


def test_a_type_without_words_is_told_in_general_and_own_words_stay() -> None:
    assert said({"type": "complex_type", "msg": "Input should be complex"}) == "不合要求。it does not fit"
    assert said({"type": "value_error", "msg": "Value error, two units"}) == "two units"
    assert named({"type": "complex_type", "ctx": {"error": "English"}}) == {"fault": "other"}


def test_the_words_name_types_and_fields_that_pydantic_has() -> None:
    assert set(WORDS["zh"]) == set(WORDS["en"])
    assert set(WORDS["zh"]) - {"other"} <= set(get_args(ErrorType)) == set(TEMPLATES)
    for words in WORDS.values():
        for kind, text in words.items():
            assert set(re.findall(r"{(\w+)}", text)) <= set(re.findall(r"{(\w+)}", TEMPLATES.get(kind, "")))


@pytest.mark.parametrize("kind", sorted(WORDS["zh"]))
def test_the_chinese_is_chinese(kind: str) -> None:
    words = re.sub(r"{\w+}", "", WORDS["zh"][kind])
    assert set(re.findall(r"[A-Za-z]{3,}", words)) <= {"JSON", "UTF", "UUID", "true", "false"}
    assert not re.search(r"[一-鿿]", WORDS["en"][kind])


@pytest.mark.parametrize(
    ("text", "place"), [("a = 1\nb = c", "：第 2 行第 5 列"), ("a = 1 b", "：第 1 行第 7 列"), ("a = [", "")]
)
def test_a_text_that_is_no_toml_is_told_with_its_place(text: str, place: str) -> None:
    with pytest.raises(tomllib.TOMLDecodeError) as caught:
        tomllib.loads(text)
    assert not_toml(caught.value).startswith(
        f"不是合法的 TOML{place}，请检查引号、括号和编码（UTF-8）。not TOML: "
    )
