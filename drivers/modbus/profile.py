"""A kind of horn as data: its registers, its timing, its clips. Each kind is a TOML file in `profiles/`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from drivers import Capability, SpeakerStatus
from drivers.modbus.frames import LAST_UNIT, Function, Request
from drivers.validation import not_toml, said

Word = Annotated[int, Field(ge=0, le=0xFFFF)]
Percent = Annotated[int, Field(ge=0, le=100)]
Seconds = Annotated[float, Field(gt=0, le=3600)]
Milliseconds = Annotated[float, Field(ge=0, le=10_000)]

RELAY_STEP: Final = 1000
"""Each relay of a board is a unit, numbered relay x 1000 + address of the board. 3012 is the relay with the
printed number 3, on the board at address 12. Our choice."""


class BadProfile(ValueError):
    """A profile that cannot be used. The message names the profile, the key and what was expected."""


class Part(BaseModel):
    """A table of a profile. An unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Bus(Part):
    """The timing of its line."""

    gap_ms: Milliseconds = 0
    """Silence before a frame, beyond T3.5."""
    turnaround_ms: Milliseconds = 120
    """Silence after a broadcast."""
    timeout_ms: Milliseconds = 300
    """From the end of the question to the beginning of the answer."""
    late_ms: Milliseconds = 300
    """How long after the time-out a late answer may still come."""
    echo: bool = False
    """The adapter receives the octets that it sends."""
    broadcast: bool = False
    """The unit obeys writes to address 0."""


class Order(Part):
    """A coil (5) or a register (6, 16) that takes one value."""

    function: Literal[5, 6, 16]
    address: Word

    def request(self, unit: int, value: int) -> Request:
        """The frame that writes `value`."""
        return Request(unit, Function(self.function), self.address, values=(value,))


class Preset(Order):
    """An order with a fixed value."""

    value: Word


class Play(Order):
    """The order to play. Its value is the number of the clip, from `first` to `last`."""

    first: Word
    last: Word


class Volume(Order):
    """The order to set the volume. The value `low` is silence, `high` is the loudest."""

    low: Word = 0
    high: Word

    def raw(self, percent: int) -> int:
        """The value for a volume of 0-100. It is rounded up: only 0 becomes silence."""
        return self.low - (-percent * (self.high - self.low) // 100)

    def percent(self, raw: int) -> int:
        """The volume of 0-100 for a value."""
        return round((raw - self.low) * 100 / (self.high - self.low))


class Relay(Part):
    """Coils that switch the supply of amplifiers. Function 5 writes them, function 1 reads them."""

    address: Word
    """The first coil."""
    count: int = Field(1, ge=1, le=64)
    """The number of coils."""

    def switch(self, unit: int, on: bool) -> Request:
        """The order that switches the relay of this unit."""
        return Request(unit % RELAY_STEP, Function.WRITE_COIL, self._coil(unit), values=(int(on),))

    def question(self, unit: int) -> Request:
        """The question whether the relay of this unit is on."""
        return Request(unit % RELAY_STEP, Function.READ_COILS, self._coil(unit), count=1)

    def has(self, unit: int) -> bool:
        """Whether the unit is one of its relays. An address without a relay number is the first relay."""
        return unit // RELAY_STEP <= self.count and 1 <= unit % RELAY_STEP <= LAST_UNIT

    def _coil(self, unit: int) -> int:
        return self.address + max(unit // RELAY_STEP - 1, 0)


class Status(Part):
    """A bit or register that can be read."""

    function: Literal[1, 2, 3, 4]
    address: Word
    means: Literal["alive", "volume", "playing", "milliamperes"]
    """`alive`: its value has no meaning, the answer alone counts. `playing`: not zero while the unit plays.
    `milliamperes`: the amplifier current, after multiplication by `factor`."""
    factor: float = 1

    def request(self, unit: int) -> Request:
        """The question for its value."""
        return Request(unit, Function(self.function), self.address, count=1)


class Verify(Part):
    """How the driver checks that the order to play arrived."""

    mode: Literal["echo", "readback"] = "echo"
    """`echo`: by the answer to the write alone. `readback`: it also reads the play register, with function
    3."""


class Clip(Part):
    """A recording stored in the unit."""

    meaning: str
    """Its words, for people."""
    use: str = ""
    """The name by which a plan asks for it (warning-red, lift, test ...). A clip without one is played by
    number only."""
    seconds: Seconds
    """Its length."""


class Test(Part):
    """The sound of tests."""

    clip: int
    """The clip whose words tell that it is a test. The growl is its beginning, at low volume."""
    growl_volume: Percent = 20
    growl_seconds: Seconds = 1


class Profile(Part):
    """One kind of horn, or of relay board: a board has no `play`, `stop` and `clips`."""

    id: str
    maker: str
    source: str
    """The document that holds its register map."""
    one_register_at_a_time: bool = False
    """It refuses reads and writes of several registers."""
    bus: Bus = Bus()
    play: Play | None = None
    stop: Preset | None = None
    relay: Relay | None = None
    volume: Volume | None = None
    arm: Preset | None = None
    """An order that must come before every order to play."""
    status: tuple[Status, ...] = ()
    verify: Verify = Verify()
    clips: dict[int, Clip] = {}
    test: Test | None = None

    @property
    def able(self) -> Capability:
        """The capabilities of a unit of this kind."""
        able = Capability.CLIP | Capability.STOP if self.play else Capability.NONE
        able |= Capability.VOLUME if self.volume else Capability.NONE
        able |= Capability.STATUS if self.status or self.relay else Capability.NONE
        able |= Capability.POWER if self.relay else Capability.NONE
        return able | (Capability.GROUP if self.bus.broadcast else Capability.NONE)

    def seen(self, values: Mapping[str, float], powered: bool | None) -> SpeakerStatus:
        """The status of a unit. `values` are its answers to the `status` entries, by their meaning."""
        volume = values.get("volume")
        return SpeakerStatus(
            playing=bool(values["playing"]) if "playing" in values else None,
            volume=self.volume.percent(int(volume)) if self.volume and volume is not None else None,
            milliamperes=round(values["milliamperes"]) if "milliamperes" in values else None,
            powered=powered,
        )

    def orders(self, unit: int, clip: int, volume: int | None) -> list[Request]:
        """The writes to `unit` that play `clip` at `volume` per cent, in this order. The last one is the
        order to play.

        For horns only.
        """
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
    """The names of the profiles that come with the driver."""
    folder = resources.files("drivers.modbus") / "profiles"
    return sorted(file.name.removesuffix(".toml") for file in folder.iterdir() if file.name.endswith(".toml"))


def load(name: str, changes: Mapping[str, object] | None = None) -> Profile:
    """A profile that comes with the driver. `changes` of the site replace entries, as in `parse`. Raises
    BadProfile."""
    return _as_it_came(name) if not changes else _laid_over(name, changes)


@cache
def _as_it_came(name: str) -> Profile:
    """Cached: a county has hundreds of lines with one kind of horn."""
    return _laid_over(name, {})


def _laid_over(name: str, changes: Mapping[str, object]) -> Profile:
    if name not in names():
        raise BadProfile(f"profile {name!r} is not known: expected one of {', '.join(names())}")
    file = resources.files("drivers.modbus") / "profiles" / f"{name}.toml"
    return parse(file.read_text("utf-8"), name, changes)


def parse(text: str, where: str, changes: Mapping[str, object] | None = None) -> Profile:
    """A profile from TOML. `where` is its name in errors. Raises BadProfile.

    `changes` replace the keys within its tables one by one. `clips` are replaced as a whole: the site names
    the clips that are installed.
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadProfile(f"profile {where}: {not_toml(error)}") from error
    for key, value in (changes or {}).items():
        old = tables.get(key)
        merge = key != "clips" and isinstance(old, dict) and isinstance(value, Mapping)
        tables[key] = {**old, **value} if merge else value  # type: ignore[dict-item]
    try:
        return Profile.model_validate(tables)
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(map(str, fault['loc'])) or 'profile'}: {said(fault)}, found {fault['input']!r}"[:300]
            for fault in error.errors()
        )
        raise BadProfile(f"profile {where}: {faults}. Correct the entry or take it out.") from error
