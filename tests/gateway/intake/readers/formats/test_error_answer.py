"""An error of an interface is refused by its name, with what it says; what may be a warning never is."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gateway import i18n
from gateway.intake import Unreadable
from gateway.intake.readers import parse
from gateway.model.reason import Reason

UNAUTHORIZED = {
    "status": 401,
    "type": "https://dev.qweather.com/docs/resource/error-code/#unauthorized",
    "title": "Unauthorized",
    "detail": "Authentication failed.",
}


def refused(document: object) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        parse(json.dumps(document, ensure_ascii=False).encode())
    return caught.value


@pytest.mark.parametrize(
    ("document", "saw", "service"),
    [
        ({"error": UNAUTHORIZED}, "401 Unauthorized Authentication failed.", "QWeather"),
        ({"code": "401"}, "401", "QWeather"),
        (
            {"status": "failed", "error": "token is invalid", "api_version": "v2.6"},
            "failed token is invalid",
            "Caiyun",
        ),
        (
            {"timestamp": "2026-07-28T06:30:00Z", "status": 404, "error": "Not Found", "path": "/x"},
            "404 Not Found",
            "",
        ),
        (
            {"type": "about:blank", "title": "Not Found", "status": 404, "detail": "none"},
            "404 Not Found none",
            "",
        ),
        ({"code": 401, "msg": "token 已过期", "data": None}, "401 token 已过期", ""),
        ({"code": "A0301", "message": "访问未授权"}, "A0301 访问未授权", ""),
        ({"errcode": 40001, "errmsg": "invalid credential"}, "40001 invalid credential", ""),
        ({"success": False, "message": "参数错误"}, "参数错误", ""),
        ({"message": "Forbidden"}, "Forbidden", ""),
        ({"error": "invalid_token", "error_description": "expired"}, "invalid_token expired", ""),
        ({"errors": [{"status": "403", "title": "Forbidden"}]}, "403 Forbidden", ""),
        ({"Code": 500, "Message": "系统繁忙"}, "500 系统繁忙", ""),
        ({"status": "error"}, "error", ""),
        ({"code": 429, "msg": "超出限额", "data": {"list": []}}, "429 超出限额", ""),
    ],
)
def test_errors_as_interfaces_give_them(document: object, saw: str, service: str) -> None:
    why = refused(document).why
    assert (why.reason, why.fields["format"]) == (Reason.ERROR_ANSWER, "error_answer")
    assert (why.fields["saw"], why.fields["service"]) == (saw, service)
    sentence = i18n.sentence(why)
    assert sentence.startswith("按“接口的错误信息”读：对方接口")
    assert saw in sentence
    assert service in sentence
    assert saw in i18n.sentence(why, "en")


@pytest.mark.parametrize(
    "document",
    [
        {"code": "0202", "title": "平川县气象台发布暴雨红色预警", "text": "x"},
        {"message": "青石镇请立即转移"},
        {"status": "Actual", "identifier": "A1"},
        {"code": 500, "msg": "x", "headline": "平川县气象台发布暴雨预警"},
        {"code": 500, "msg": "x", "headline": "雷电预警"},
        {"code": 200, "msg": "ok", "data": {"a": 1, "b": "x"}},
        {"result": {}},
        {"a": 1},
        {},
    ],
)
def test_what_is_no_error_or_may_be_a_warning_is_not_called_one(document: Any) -> None:
    assert refused(document).why.reason is not Reason.ERROR_ANSWER
