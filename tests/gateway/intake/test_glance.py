"""What looks grave at first sight."""

from __future__ import annotations

import base64
import gzip
import zlib
from urllib.parse import quote

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
    "UTF-8 taken for Latin text": "发布暴雨红色预警".encode().decode("latin-1").encode(),
    "GBK taken for Latin text": "发布暴雨橙色预警".encode("gbk").decode("latin-1").encode(),
    "UTF-8 taken for GBK": "请立即转移到高处".encode().decode("gb18030").encode(),
    "UTF-8 taken for GBK, at another place": "雪红色".encode().decode("gb18030", "replace").encode(),
    "UTF-8 taken for Windows-1252": "已解除".encode().decode("cp1252", "replace").encode(),
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
    "a level of one sign": '{"level": "红"}'.encode(),
    "a grade in JSON": '{"level": ["Ⅱ级"]}'.encode(),
    "a grade in a title": "<headline>舒城县气象台发布暴雨预警/I级/特别严重</headline>".encode(),
    "a level in a code of weather.com.cn": b'{"LEVELCODE": "04"}',
    "a level in the name of its file": b'[["x", "101220105-20260728143000-0203.html"]]',
    "a level in a code of Caiyun": b'{"code": "0204"}',
    "a level in a picture of NMC": b'{"pic": "http://image.example/p0002001.png"}',
    "an act in other words": '{"act": "马上转移"}'.encode(),
    "an act in CAP's CDATA": b"<valueName>tongluo:act</valueName><value><![CDATA[move]]></value>",
    "an act in CAP as JSON": b'{"valueName": "tongluo:act", "value": "shelter"}',
    "an end in small letters": b'{"msgType": "cancel"}',
    "an end in Chinese": '{"msgType": "撤销"}'.encode(),
    "two documents in a form in base64": b"--b\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    + base64.b64encode(cap("A1", START, level="红"))
    + b"\r\n--b\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    + base64.b64encode(cap("A2", START, level="黄"))
    + b"\r\n--b--",
    "two fields of a form": b"a=" + quote(cap("A1", START, level="红")).encode() + b"&b=%3Ca%3E",
    "base64 alone": base64.b64encode(cap("A1", START, level="红")),
    "in two encodings at once": "红色".encode("gbk") + "大坝".encode() + b"\xff",
}
ORDINARY: dict[str, Arrival | bytes] = {
    "a yellow, whatever its severity": cap("A1", START, level="黄"),
    "a yellow in another encoding than it declares": cap("A1", START, level="黄").decode().encode("gb18030"),
    "a yellow, compressed": zlib.compress(cap("A1", START, level="黄")),
    "a blue, whatever its severity": cap("A1", START, level="蓝"),
    "a yellow by its codes": b'{"LEVELCODE": "02", "code": "0201", "pic": "p0002003.png", "level": "4"}',
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
