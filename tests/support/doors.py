"""Counties with one loudspeaker each, behind every door of one daemon: HTTP, MQTT 5 and MQTT 3.1.1.

Each document that tests/journeys/test_every_door.py sends is for a county of its own, so that none waits for
another's turn on the air.
"""

from __future__ import annotations

import gzip
import json
import tomllib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.support.brokers import Mosquitto
from tests.support.township import Township

FOLDER = Path(__file__).parents[1] / "data" / "doors"
DAEMON = Path(__file__).with_name("afternoon_daemon.py")
HTTP, MQTT5, MQTT311 = "http", "mqtt5", "mqtt311"
DOORS = (HTTP, MQTT5, MQTT311)
FIRST_COUNTY = {HTTP: 350100, MQTT5: 350300, MQTT311: 350500}
"""The county of a door's first form. No real county matters: the roster names all of them."""
_TENS, _ONES, _DOOR = "东西南北上下前后左右", "山河湾坝岭坪沟湖塘桥", {HTTP: "甲", MQTT5: "乙", MQTT311: "丙"}
SENDER = "county@yunling.example"
RELAYS = ("caiyun", "qweather", "nmc", "weathercn", "12379")
TOKEN = "a-token-of-the-{}-that-nobody-guesses"
MARKS = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff", "utf-8": b"\xef\xbb\xbf"}
BROTLI = bytes.fromhex("0b028068656c6c6f03")
"""A text in the compression of RFC 7932 (its magic-free form says nothing of itself)."""
FORMS: list[dict[str, Any]] = tomllib.loads((FOLDER / "forms.toml").read_text("utf-8"))["form"]
REFUSALS: list[dict[str, Any]] = tomllib.loads((FOLDER / "refusals.toml").read_text("utf-8"))["refusal"]


@dataclass
class Case:
    """One form at one door."""

    form: dict[str, Any]
    door: str
    number: int
    """The place of the form in the table."""

    @property
    def name(self) -> str:
        return f"{self.form['name']}-{self.door}"

    @property
    def county(self) -> str:
        return str(FIRST_COUNTY[self.door] + self.number)

    @property
    def place(self) -> str:
        """The name of its village."""
        return _TENS[self.number // 10] + _ONES[self.number % 10] + _DOOR[self.door] + "村"

    @property
    def speaker(self) -> str:
        return f"s{self.county}"

    @property
    def source(self) -> str:
        return str(self.form.get("source", "county"))

    def text(self, file: str) -> str:
        """A document of this county."""
        second = f"{DOORS.index(self.door):02}"
        raw = (FOLDER / file).read_text("utf-8")
        for mark, value in (("@COUNTY@", self.county), ("@VILLAGE@", self.county + "104201")):
            raw = raw.replace(mark, value)
        return raw.replace("@SECOND@", second)

    def words(self, key: str) -> str:
        """The words under this key of the table, with the name of its village; "" without the key."""
        return str(self.form.get(key, "")).replace("@PLACE@", self.place)

    def raw(self, file: str | None = None) -> bytes:
        charset = self.form.get("charset", "utf-8")
        mark = MARKS[charset] if self.form.get("bom") else b""
        text = mark + self.text(file or self.form["file"]).encode(charset)
        return gzip.compress(text, mtime=0) if self.form.get("wrap") == "bare-gzip" else text


CASES = [
    Case(form, door, number)
    for number, form in enumerate(FORMS)
    for door in DOORS
    if door in form.get("doors", (HTTP, MQTT5)) or (door == MQTT311 and form.get("old"))
]


def wrapped(raw: bytes, wrap: str, kind: str) -> dict[str, Any]:
    """The arguments of a POST."""
    headers = {"Content-Type": kind} if kind else {}
    if wrap == "multipart":
        return {"files": {"file": ("warning", raw, kind or "application/octet-stream")}}
    if wrap == "two-files":
        return {"files": [("one", ("1.xml", raw, "text/xml")), ("two", ("2.xml", raw, "text/xml"))]}
    if wrap == "chunked":
        return {"content": _pieces(raw), "headers": headers}
    packed = {
        "gzip": (gzip.compress(raw), "gzip"),
        "false-gzip": (raw, "gzip"),
        "deflate": (zlib.compress(raw), "deflate"),
        "raw-deflate": (zlib.compress(raw, wbits=-15), "deflate"),
        "broken-gzip": (gzip.compress(raw)[:-40], "gzip"),
        "brotli": (BROTLI, "br"),
    }
    if wrap in packed:
        content, coding = packed[wrap]
        return {"content": content, "headers": headers | ({"Content-Encoding": coding} if coding else {})}
    return {"content": raw, "headers": headers}


def _pieces(raw: bytes) -> Iterator[bytes]:
    for start in range(0, len(raw), 97):
        yield raw[start : start + 97]


class Counties(Township):
    """The daemon with a loudspeaker in each county, and a road through each door."""

    cases = CASES

    def launch(self, script: Path = DAEMON, *more: str) -> None:
        super().launch(script, *more)

    def _layout(self) -> dict[str, Any]:
        return {
            "township": {"code": "350100000000", "name": "云岭"},
            "places": [{"code": f"{one.county}104201", "name": one.place} for one in self.cases],
            "lines": [
                {
                    "name": one.speaker,
                    "protocol": "tts_chip",
                    "units": [
                        {"unit": 1, "name": one.speaker, "title": one.name, "place": f"{one.county}104201"}
                    ],
                }
                for one in self.cases
            ],
        }

    def _write_config(self, broker: Mosquitto | None) -> None:
        assert broker
        codes = sorted({f"{one.county}41600000" for one in self.cases})
        allowed = {"county": [SENDER, *codes], "relay": [*RELAYS, *codes]}
        lines = [f'data = "data"\nseed = "site.toml"\ncanary = false\n[http]\nport = {self.port}']
        lines.append(f'[[broker]]\nname = "local"\nhost = "127.0.0.1"\nport = {broker.port}')
        for name, senders in allowed.items():
            trust = 'trust = "relayed"' if name == "relay" else ""
            (self.folder / f"{name}.token").write_text(TOKEN.format(name))
            lines.append(
                f'[[source]]\nkind = "http"\nname = "{name}-http"\ntoken_file = "{name}.token"\n'
                f"senders = {json.dumps(senders)}\n{trust}"
            )
            lines.append(
                f'[[source]]\nkind = "mqtt"\nname = "{name}-mqtt"\nbroker = "local"\n'
                f'topic = "tongluo/{name}"\nsenders = {json.dumps(senders)}\n{trust}'
            )
        site = []
        for one in self.cases:
            region = f"{one.county}104201"
            lines.append(
                f'[[line]]\nname = "{one.speaker}"\nprotocol = "tts_chip"\nbaud = 9600\n'
                f'port = "{self.folder / "sim" / one.speaker}"'
            )
            site.append(f'[[village]]\ncode = "{region}"\nname = "{one.place}"')
            site.append(
                f'[[speaker]]\nid = "{one.speaker}"\nname = "{one.name}"\nregion = "{region}"\n'
                f'line = "{one.speaker}"\nunit = 1'
            )
        (self.folder / "gateway.toml").write_text("\n".join(lines))
        (self.folder / "site.toml").write_text("\n".join(site))

    def posted(self, source: str, **request: Any) -> httpx.Response:
        """A document by HTTP, with the token of a source."""
        headers = request.pop("headers", {}) | {"Authorization": "Bearer " + TOKEN.format(source)}
        return httpx.post(
            f"http://127.0.0.1:{self.port}/api/v1/alerts", headers=headers, timeout=10, **request
        )

    def said(self, speaker: str) -> list[str]:
        """What was said there, the oldest first."""
        return [sound.text for sound in self.heard(speaker) if sound.text]
