"""What looks grave at first sight."""

from __future__ import annotations

import gzip
import zlib

import pytest

from gateway.intake.glance import looks_grave
from gateway.model.alert import Arrival
from tests.support.county import START, cap, reference

GRAVE: dict[str, Arrival | bytes] = {
    "a red by its colour": cap("A1", START, level="红"),
    "an orange by its colour": cap("A1", START, level="橙"),
    "a cancel": cap("A1C", START, msg_type="Cancel", references=reference("A1", START), info=False),
    "a severity where no colour is written": b"<info><severity>Severe</severity></info>",
    "the national system's colour": b"<info><severity>Red</severity></info>",
    "simple JSON": '{"severity": "Extreme", "text": "大坝告急"}'.encode(),
    "a move order": '{"event": "立即转移"}'.encode(),
    "an act that orders": b'{"act": "Move"}',
    "an act that ends an order": '{"act" : ["返回通知"]}'.encode(),
    "an act in CAP": b"<valueName>tongluo:act</valueName>\n<value>prepare</value>",
    "UTF-16": cap("A1", START, level="红").decode().replace("UTF-8", "UTF-16").encode("utf-16"),
    "a declared national encoding": b"<?xml version='1.0' encoding='GB2312'?>" + "橙色".encode("gbk"),
    "signs as numbers in JSON": b'{"headline": "\\u66b4\\u96e8\\u7ea2\\u8272\\u9884\\u8b66"}',
    "signs as numbers in XML": b"<headline>&#x7ea2;&#33394;</headline>",
    "UTF-16 without a mark": cap("A1", START, level="橙").decode().encode("utf-16-le"),
    "UTF-16, the other way round": '{"event": "立即转移"}'.encode("utf-16-be"),
    "GBK that declares UTF-8": cap("A1", START, level="红").decode().encode("gbk"),
    "GBK by the statement of the transport": Arrival('{"a": "红色"}'.encode("gbk"), "", "", START, "gbk"),
    "UTF-8 whatever the transport states": Arrival('{"a": "红色"}'.encode(), "", "", START, "ISO-8859-1"),
    "compressed": gzip.compress(cap("A1", START, level="红")),
    "compressed and cut off": gzip.compress(cap("A1", START, level="红"), mtime=0)[:-40],
    "in a form": b"--b\r\nContent-Disposition: form-data; name=file\r\n\r\n"
    + cap("A1", START, level="红").decode().encode("gbk")
    + b"\r\n--b--",
    "in two encodings at once": "红色".encode("gbk") + "大坝".encode() + b"\xff",
}
ORDINARY: dict[str, Arrival | bytes] = {
    "a yellow, whatever its severity": cap("A1", START, level="黄"),
    "a yellow in another encoding than it declares": cap("A1", START, level="黄").decode().encode("gb18030"),
    "a yellow, compressed": zlib.compress(cap("A1", START, level="黄")),
    "a blue, whatever its severity": cap("A1", START, level="蓝"),
    "a mild severity": b"<info><severity>Moderate</severity></info>",
    "an act that only tells": b'{"act": "notice", "impact": "move"}',
    "nothing": b"",
    "noise": bytes(range(256)),
}


@pytest.mark.parametrize("what", GRAVE)
def test_what_may_be_grave_goes_first(what: str) -> None:
    assert looks_grave(GRAVE[what])


@pytest.mark.parametrize("what", ORDINARY)
def test_the_rest_waits_its_turn(what: str) -> None:
    assert not looks_grave(ORDINARY[what])
