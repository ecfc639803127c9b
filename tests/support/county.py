"""The simulated county: two townships' speakers on four lines, its configuration, its documents.

For the simulation, the API's tests, and all tests that need a document or a roster.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from pathlib import Path

from gateway.config.config import Config
from gateway.model.region import Region
from gateway.model.speaker import Roster, Speaker, Village
from gateway.runtime.clock import CHINA

KEY_FILE = Path(__file__).with_name("field.key")
KEY = bytes.fromhex(KEY_FILE.read_text("ascii"))
TOWNSHIP, NEXT_TOWNSHIP = "341523104000", "341523105000"
SENDER = "county@weather.example"
ROADS = ("county", "county-b")
"""Two brokers carry the same documents; each is a source of its own."""
OFFICE, RELAY = "office@weather.example", "relay@weather.example"
"""Another office of the same authority, which the second broker carries too; and a relay at second hand, on a
road of its own."""
POLL = "poll"
PROFILE = "icpdas-alm-04-mrtu"
LINES = {
    "chip-a": ("tts_chip", 9600),
    "chip-b": ("tts_chip", 9600),
    "horns": ("modbus", 9600),
    "field": ("openhorn", 115200),
}
KEYS: dict[str, dict[str, object]] = {
    "tts_chip": {},
    "modbus": {"profile": PROFILE},
    "openhorn": {"key_file": str(KEY_FILE), "codec": "alaw"},
}
"""The keys of a line by its protocol."""
SPEAKERS = (
    Speaker("a", "石桥一号", Region("341523104201"), "chip-a", 1),
    Speaker("b", "白云一号", Region("341523105201"), "chip-b", 1),
    Speaker("h1", "河湾一号", Region("341523104202"), "horns", 1),
    Speaker("h2", "河湾二号", Region("341523104202"), "horns", 2),
    Speaker("f1", "山背一号", Region("341523104203"), "field", 1),
    Speaker("f2", "山背二号", Region("341523104203"), "field", 2),
)
TOGETHER = ("a", "h1", "h2", "f1", "f2")
"""Every speaker of the township; `b` stands in the next one."""
ROSTER = Roster(0, (Village(Region(TOWNSHIP), "青石镇"),), SPEAKERS)
REMEMBER = frozenset({"f1", "f2"})
"""Speakers that remember which burst they played."""

CONFIG = Config.model_validate(
    {
        "seed": Path("unused.toml"),
        "canary": False,
        "source": [
            {"kind": "http", "name": road, "token_file": "unused", "senders": [SENDER, OFFICE]}
            for road in ROADS
        ]
        + [{"kind": "http", "name": POLL, "token_file": "unused", "senders": [RELAY], "trust": "relayed"}],
        "line": [
            {"name": name, "protocol": protocol, "port": "memory", **KEYS[protocol]}
            for name, (protocol, _) in LINES.items()
        ],
    }
)


def day(hour: int, minute: int = 0) -> datetime:
    """That time on a day in the rainy season."""
    return datetime(2026, 7, 28, hour, minute, tzinfo=CHINA)


START = day(14, 30)
"""An afternoon outside the quiet hours."""

QUIET = ((time(21, 30), time(6, 30)), (time(12, 30), time(14)))
"""The quiet hours by default, written down once more so that the product's own table is checked, not
trusted."""


def quiet(at: datetime) -> bool:
    """Whether this moment falls into quiet hours."""
    local = at.astimezone(CHINA).time()
    return any(start <= local < end if start < end else local >= start or local < end for start, end in QUIET)


def words(identifier: str) -> str:
    """Words that a speaker says of the document with this identifier and of no other."""
    return f"未来三小时{identifier}降雨量"


def cap(
    identifier: str,
    sent: datetime,
    *,
    msg_type: str = "Alert",
    status: str = "Actual",
    references: str = "",
    minutes: float = 360,
    area: str = TOWNSHIP,
    level: str = "红",
    code: str = "11B03",
    info: bool = True,
    sender: str = SENDER,
    issuer: str = "舒城县气象台",
    brief: bool = False,
) -> bytes:
    """A county's CAP warning as bytes. It orders something of its own, so it is news beside any other.

    A `brief` one orders nothing and is said in half of the time.
    """
    event = {"11B03": "暴雨", "11B06": "大风", "11B17": "大雾"}[code]
    expires = (sent + timedelta(minutes=minutes)).isoformat(timespec="seconds")
    instruction = "" if brief else f"<instruction>请按{identifier}号预案立即停止户外活动。</instruction>"
    rain = "预计有暴雨。" if brief else f"预计{words(identifier)}将达一百毫米以上。"
    block = f"""<info><language>zh-CN</language><category>Met</category><event>{event}</event>\
<urgency>Immediate</urgency>
<severity>Extreme</severity><certainty>Likely</certainty>\
<eventCode><valueName>eventCode</valueName><value>{code}</value></eventCode>
<expires>{expires}</expires><senderName>{issuer}</senderName>\
<headline>舒城县气象台发布{event}{level}色预警信号</headline>
<description>{rain}</description>{instruction}
<area><areaDesc>青石镇</areaDesc>\
<geocode><valueName>CPEAS Geographic Code</valueName><value>{area}</value></geocode></area></info>"""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">\
<identifier>{identifier}</identifier><sender>{sender}</sender>
<sent>{sent.isoformat(timespec="seconds")}</sent><status>{status}</status>\
<msgType>{msg_type}</msgType><scope>Public</scope>
{f"<references>{references}</references>" if references else ""}{block if info else ""}</alert>""".encode()


def reference(identifier: str, sent: datetime) -> str:
    """The triple that names a document."""
    return f"{SENDER},{identifier},{sent.isoformat(timespec='seconds')}"
