"""The stage of the demo: its folder and ports, the example village as configuration and roster, and what
is seen of it."""

from __future__ import annotations

import asyncio
import json
import secrets
import socket
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from firmware_sim.speaker import Heard
from firmware_sim.speaker import Speaker as Horn
from firmware_sim.village import AnyLine, Unit, VillageConfig
from firmware_sim.village import load as load_village
from gateway.model.event import SpeakerChanged
from gateway.model.region import Region
from gateway.site import samples

SPEED = 10.0
"""The village lives so many times faster than the wall clock with `--once`, if espeak-ng speaks."""
NEURAL_SPEED = 1.5
"""The same if a neural voice speaks. It works by the wall clock: in a village that lives faster its words
would never be there in time. Our choice."""
TOPIC = "tongluo/alerts"
"""The topic on which the county of the demo publishes."""


@dataclass
class Row:
    """One speaker in the table."""

    title: str
    place: str
    inside: bool
    """Whether it stands in the area of the warning."""
    says: str = ""
    outcome: str = ""


@dataclass
class Stage:
    """One run: where its files lie, on which ports it listens, and what has been seen."""

    folder: Path
    village: VillageConfig
    port: int
    broker_port: int
    rows: dict[str, Row]
    began: float = field(default_factory=lambda: asyncio.get_running_loop().time())
    speed: float = 1.0
    first_voice: float | None = None
    """Seconds of the wall clock from the start to the first sound."""
    said: Mapping[str, int] = field(default_factory=dict)
    """How many readings each voice said, as the daemon counts them."""

    @property
    def config(self) -> Path:
        return self.folder / "gateway.toml"

    @property
    def page(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def heard(self, horn: Horn, sound: Heard) -> None:
        """A speaker began or ended a sound."""
        row = self.rows[horn.name]
        if sound.ended is None:
            text = sound.text or (f"〔存储语音 {sound.clip}〕" if sound.clip is not None else "〔语音〕")
            again = row.says[:4] == text[:4]
            row.says = text if again else row.says + text
            if self.first_voice is None:
                self.first_voice = (asyncio.get_running_loop().time() - self.began) / self.speed

    def learned(self, event: SpeakerChanged) -> None:
        """The daemon told the outcome of a burst."""
        if event.outcome:
            self.rows[event.speaker].outcome = str(event.outcome)

    @property
    def said_by(self) -> str:
        """The voices that said the readings, with their counts: `espeak-ng 2, kokoro 4`."""
        counts: Counter[str] = Counter()
        for account, count in self.said.items():
            counts[account.partition(":")[0]] += count
        return ", ".join(f"{voice} {count}" for voice, count in sorted(counts.items()))

    @property
    def passed(self) -> bool:
        """Every speaker in the area ended PLAYED or UNPROVED, and no other made a sound."""
        return all(
            row.outcome in ("played", "unproved") if row.inside else not (row.says or row.outcome)
            for row in self.rows.values()
        )


def staged(folder: Path, speed: float) -> Stage:
    """Write the configuration and the roster of the daemon for the example village. `speed` is that of the
    loop."""
    village = load_village(samples.configs() / "village.example.toml")
    stage = Stage(folder, village, _free_port(8760), _free_port(18830), {}, speed=speed)
    names = {place.code: place.name for place in village.places}
    area = Region(village.township.code)
    for line in village.lines:
        for unit in line.units:
            stage.rows[unit.name] = Row(unit.title, names[unit.place], area.covers(Region(unit.place)))
    _secret(folder / "county.token", secrets.token_urlsafe(24))
    stage.config.write_text("\n\n".join(_configuration(stage)), "utf-8")
    (folder / "site.toml").write_text("\n\n".join(_site(village)), "utf-8")
    return stage


def _configuration(stage: Stage) -> list[str]:
    """The tables of the daemon's configuration."""
    mqtt = {"kind": "mqtt", "name": "county-mqtt", "broker": "local", "topic": TOPIC}
    http = {"kind": "http", "name": "county-http", "token_file": "county.token"}
    return [
        _table("", data=".", seed="site.toml", canary=False),  # it would count among the readings
        _table("[http]", port=stage.port),
        _table(
            "[[broker]]",
            name="local",
            host="127.0.0.1",
            port=stage.broker_port,
            protocol="3.1.1",
            keepalive_s=600,
        ),
        _table("[[source]]", **mqtt, senders=[samples.SENDER]),
        _table("[[source]]", **http, senders=[samples.SENDER]),
        *(_line(stage, line) for line in stage.village.lines),
    ]


def _line(stage: Stage, line: AnyLine) -> str:
    """A `[[line]]`, with the files of its secrets beside the configuration."""
    files = {key: f"{line.name}.{key}" for key in line.secrets()}
    for key, content in line.secrets().items():
        _secret(stage.folder / files[key], content)
    port = str((stage.folder / "sim" / line.name).resolve())
    return _table(
        "[[line]]",
        name=line.name,
        protocol=line.protocol,
        baud=line.baud,
        simulated=True,
        port=port,
        **files,
        **line.keys(stage.speed),
    )


def _site(village: VillageConfig) -> list[str]:
    """The tables of the roster."""
    villages = [_table("[[village]]", code=place.code, name=place.name) for place in village.places]
    return villages + [_speaker(line, unit) for line in village.lines for unit in line.units]


def _speaker(line: AnyLine, unit: Unit) -> str:
    return _table(
        "[[speaker]]",
        id=unit.name,
        name=unit.title,
        region=unit.place,
        line=line.name,
        unit=unit.unit,
        group=unit.group,
    )


def _table(header: str, **keys: object) -> str:
    """A TOML table. JSON writes strings, numbers, booleans and lists as TOML does."""
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in keys.items()]
    return "\n".join([header, *lines] if header else lines)


def _secret(path: Path, text: str) -> None:
    """Write a file that only this user can read."""
    path.touch(0o600)
    path.write_text(text, "utf-8")


def _free_port(wanted: int) -> int:
    """The wanted port, or any free one where it is taken."""
    for port in (wanted, 0):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return int(probe.getsockname()[1])
    raise OSError("no free port on 127.0.0.1")
