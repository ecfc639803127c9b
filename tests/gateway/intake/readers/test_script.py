"""JSON inside a script: one assignment or one call is taken apart, and nothing is run."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.intake import Unreadable
from gateway.intake.readers import parse
from gateway.intake.readers.script import inside
from gateway.model.reason import Reason

VALUE = '{"题": "暴雨 {红}色; ) 预警", "列": [1, "];"]}'


@pytest.mark.parametrize(
    "form",
    [
        "var alarminfo={};",
        "var alarminfo = {} ;\n",
        "var alarminfo={}",
        "let a_1={};",
        "const $a={};",
        "callback({});",
        "callback({})",
        "jQuery18_1.cb ( {} ) ;\r\n",
        "/**/callback({});",
        "\ufeff \n var a=\n{};",
        "a([{}]);",
        "var a={};\0",
    ],
)
def test_the_value_of_one_assignment_or_call(form: str) -> None:
    found = json.loads(inside(form.replace("{}", VALUE).encode()).decode("utf-8-sig"))
    value = found[0] if isinstance(found, list) else found
    assert value == json.loads(VALUE)


@pytest.mark.parametrize("code", ["utf-8", "gb18030"])
def test_its_bytes_are_not_touched(code: str) -> None:
    assert inside(f"var a={VALUE};".encode(code)) == VALUE.encode(code)


@pytest.mark.parametrize(
    "raw",
    [
        VALUE,
        "[1]",
        "<alert/>",
        "",
        "var a=1;",
        "var a=JSON.parse('{}');",
        "var a={};alert(1)",
        "callback({}",
        "callback {}",
        "callback({}};",
        "var a={});",
        "eval(atob({}))",
        "if(a){}",
        "return {}",
        "a={};",
        "window.a={};",
        "module.exports = {}",
        "x" * 300 + "={}",
    ],
)
def test_everything_else_is_left_as_it_is(raw: str) -> None:
    assert inside(raw.encode()) == raw.encode()


@pytest.mark.parametrize("raw", [b"var a={};var b={};", b"f({},{});", b"a({},b={});", b"var a={x:1};"])
def test_two_values_and_what_is_no_json_are_refused(raw: bytes) -> None:
    with pytest.raises(Unreadable) as caught:
        parse(raw)
    assert caught.value.why.reason is Reason.NOT_JSON


@given(st.binary(max_size=80))
def test_no_bytes_crash_it(raw: bytes) -> None:
    for tried in (raw, b"var a={" + raw, b"f(" + raw + b"});"):
        assert len(inside(tried)) <= len(tried)
