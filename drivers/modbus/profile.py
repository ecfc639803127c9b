"""What a kind of horn understands, as data: its registers, its pace, its clips. One TOML file a kind, in `profiles/`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from drivers import Capability, SpeakerStatus
from drivers.modbus.frames import LAST_UNIT, Function, Request

Word = Annotated[int, Field(ge=0, le=0xFFFF)]
Percent = Annotated[int, Field(ge=0, le=100)]
Seconds = Annotated[float, Field(gt=0, le=3600)]
Milliseconds = Annotated[float, Field(ge=0, le=10_000)]

RELAY_STEP: Final = 1000
"""A relay of a board is a unit of its own, numbered relay x 1000 + address of the board: 3012 is the relay printed 3 on the board at
address 12. Our choice."""


class BadProfile(ValueError):
    """A profile that cannot be used: which, where in it, what was expected."""


class Part(BaseModel):
    """A table of a profile; a key it does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Bus(Part):
    """The pace its line must keep. `gap_ms` comes on top of T3.5; `turnaround_ms` follows a broadcast; `timeout_ms` runs from the end of
    the question to the beginning of the answer; `late_ms` is how long after that an answer may still straggle in. `echo`: the adapter
    hears what it sends. `broadcast`: it obeys writes to address 0."""

    gap_ms: Milliseconds = 0
    turnaround_ms: Milliseconds = 120
    timeout_ms: Milliseconds = 300
    late_ms: Milliseconds = 300
    echo: bool = False
    broadcast: bool = False


class Order(Part):
    """A coil (5) or a register (6, 16) that takes one value."""

    function: Literal[5, 6, 16]
    address: Word

    def request(self, unit: int, value: int) -> Request:
        return Request(unit, Function(self.function), self.address, values=(value,))


class Preset(Order):
    """An order whose value never changes."""

    value: Word


class Play(Order):
    """The order to play: its value is the clip's number, `first` to `last`."""

    first: Word
    last: Word


class Volume(Order):
    """The order to set the volume: `low` is silence, `high` the loudest."""

    low: Word = 0
    high: Word

    def raw(self, percent: int) -> int:
        """Rounded up, so that no order to sound becomes silence."""
        return self.low - (-percent * (self.high - self.low) // 100)

    def percent(self, raw: int) -> int:
        return round((raw - self.low) * 100 / (self.high - self.low))


class Relay(Part):
    """Coils that switch the supply of amplifiers, written with function 5 and read with function 1: `address` is the first of `count`."""

    address: Word
    count: int = Field(1, ge=1, le=64)

    def switch(self, unit: int, on: bool) -> Request:
        return Request(unit % RELAY_STEP, Function.WRITE_COIL, self._coil(unit), values=(int(on),))

    def question(self, unit: int) -> Request:
        """Is it on?"""
        return Request(unit % RELAY_STEP, Function.READ_COILS, self._coil(unit), count=1)

    def has(self, unit: int) -> bool:
        """Whether the number names one of its relays; a bare address names the first."""
        return unit // RELAY_STEP <= self.count and 1 <= unit % RELAY_STEP <= LAST_UNIT

    def _coil(self, unit: int) -> int:
        return self.address + max(unit // RELAY_STEP - 1, 0)


class Status(Part):
    """A bit or register that can be read. `alive`: any value will do; `playing`: not zero while it plays; `milliamperes`: amplifier current
    after multiplication by `factor`."""

    function: Literal[1, 2, 3, 4]
    address: Word
    means: Literal["alive", "volume", "playing", "milliamperes"]
    factor: float = 1

    def request(self, unit: int) -> Request:
        return Request(unit, Function(self.function), self.address, count=1)


class Verify(Part):
    """How the order to play is checked: by the `echo` of the write alone, or by a `readback` of the play register with function 3."""

    mode: Literal["echo", "readback"] = "echo"


class Clip(Part):
    """A recording stored in the unit. `use` is the name by which a plan asks for it (warning-red, lift, test ...); without one it is
    only played by number."""

    meaning: str
    use: str = ""
    seconds: Seconds


class Test(Part):
    """What tests may play: the clip that says it is a test; the growl is its beginning, low and short."""

    clip: int
    growl_volume: Percent = 20
    growl_seconds: Seconds = 1


class Profile(Part):
    """One kind of horn, or of relay board (no `play`, `stop` and `clips`). `source` is where its register map stands."""

    id: str
    maker: str
    source: str
    one_register_at_a_time: bool = False
    bus: Bus = Bus()
    play: Play | None = None
    stop: Preset | None = None
    relay: Relay | None = None
    volume: Volume | None = None
    arm: Preset | None = None
    status: tuple[Status, ...] = ()
    verify: Verify = Verify()
    clips: dict[int, Clip] = {}
    test: Test | None = None

    @property
    def able(self) -> Capability:
        """What a unit of this kind can do."""
        able = Capability.CLIP | Capability.STOP if self.play else Capability.NONE
        able |= Capability.VOLUME if self.volume else Capability.NONE
        able |= Capability.STATUS if self.status or self.relay else Capability.NONE
        able |= Capability.POWER if self.relay else Capability.NONE
        return able | (Capability.GROUP if self.bus.broadcast else Capability.NONE)

    def seen(self, found: Mapping[str, float], powered: bool | None) -> SpeakerStatus:
        """What a unit says of itself; `found` are its answers to the `status` entries by what they mean."""
        volume = found.get("volume")
        return SpeakerStatus(
            playing=bool(found["playing"]) if "playing" in found else None,
            volume=self.volume.percent(int(volume)) if self.volume and volume is not None else None,
            milliamperes=round(found["milliamperes"]) if "milliamperes" in found else None,
            powered=powered,
        )

    def orders(self, unit: int, clip: int, volume: int | None) -> list[Request]:
        """What must be written to `unit`, in this order, to play `clip` at `volume` per cent; the last one is the order to play. Only horns have orders."""
        assert self.play
        orders = [self.arm.request(unit, self.arm.value)] if self.arm else []
        if self.volume and volume is not None:
            orders.append(self.volume.request(unit, self.volume.raw(volume)))
        return [*orders, self.play.request(unit, clip)]

    @model_validator(mode="after")
    def _fits(self) -> Profile:
        if not (self.play or self.relay):
            raise ValueError("expected [play], [stop] and [clips] for a horn, or [relay]")
        if len({bool(self.play), bool(self.stop), bool(self.clips)}) > 1:
            raise ValueError("a horn needs all three of [play], [stop] and [clips]")
        for number in self.clips:
            assert self.play
            if not self.play.first <= number <= self.play.last:
                raise ValueError(
                    f"clips.{number}: expected a number from {self.play.first} to {self.play.last}"
                )
        if self.test and self.test.clip not in self.clips:
            raise ValueError(f"test.clip {self.test.clip}: expected one of the clips {sorted(self.clips)}")
        if self.volume and self.volume.low >= self.volume.high:
            raise ValueError(
                f"volume.high {self.volume.high}: expected more than volume.low {self.volume.low}"
            )
        if self.volume is None and any(entry.means == "volume" for entry in self.status):
            raise ValueError("status means volume: expected a [volume] table that gives its scale")
        for order in (self.play, self.stop, self.arm, self.volume):
            highest = max(getattr(order, name, 0) for name in ("value", "last", "high"))
            if order and order.function == 5 and highest > 1:
                raise ValueError(f"address {order.address} is a coil: expected values 0 and 1, not {highest}")
        return self


def names() -> list[str]:
    """The profiles that come with the driver."""
    folder = resources.files("drivers.modbus") / "profiles"
    return sorted(file.name.removesuffix(".toml") for file in folder.iterdir() if file.name.endswith(".toml"))


def load(name: str, changes: Mapping[str, object] | None = None) -> Profile:
    """A profile that comes with the driver, with the site's changes laid over it. Raises BadProfile."""
    return _as_it_came(name) if not changes else _laid_over(name, changes)


@cache
def _as_it_came(name: str) -> Profile:
    """A county has hundreds of lines with one kind of horn."""
    return _laid_over(name, {})


def _laid_over(name: str, changes: Mapping[str, object]) -> Profile:
    if name not in names():
        raise BadProfile(f"profile {name!r} is not known: expected one of {', '.join(names())}")
    file = resources.files("drivers.modbus") / "profiles" / f"{name}.toml"
    return parse(file.read_text("utf-8"), name, changes)


def parse(text: str, where: str, changes: Mapping[str, object] | None = None) -> Profile:
    """A profile from TOML. `changes` replace key by key inside its tables; `clips` are replaced as a whole, since whoever names clips
    names what is installed. `where` is named in errors. Raises BadProfile."""
    try:
        read = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadProfile(f"profile {where}: not TOML: {error}") from error
    for key, value in (changes or {}).items():
        old = read.get(key)
        merge = key != "clips" and isinstance(old, dict) and isinstance(value, Mapping)
        read[key] = {**old, **value} if merge else value  # type: ignore[dict-item]
    try:
        return Profile.model_validate(read)
    except ValidationError as error:
        said = "; ".join(
            f"{'.'.join(str(step) for step in fault['loc']) or 'profile'}: {fault['msg']}, found {fault['input']!r}"[
                :300
            ]
            for fault in error.errors()
        )
        raise BadProfile(f"profile {where}: {said}. Correct the entry or take it out.") from error
