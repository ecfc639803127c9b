"""Stories for the simulated county, and what must hold after each of them, whatever crashed."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from virtualtime import VirtualLoop
from world import World, cap

TOGETHER = ("a", "h1", "h2", "f1", "f2")
"""Every speaker of the township; `b` stands in the next one."""

KINDS = ("red", "red", "cancelled", "cancelled", "updated", "expired", "exercise", "elsewhere")

SOON = timedelta(seconds=150)
"""A red is heard this soon after it was acknowledged or the daemon was last started: another warning's burst may sound before it."""

NEAR = 40
"""Half the documents have a crash within so many steps of being sent: where an acknowledgement can be a lie."""

LONGEST_STEPS = 1300
"""About as many loop steps as a red has from its arrival to its last burst: crashes are spread over them."""


@dataclass
class Sent:
    """A document the county sent and when it was acknowledged."""

    identifier: str
    kind: str
    sent: datetime
    expires: datetime
    acknowledged: datetime | None = None
    cancelled: datetime | None = None


@dataclass
class Story:
    """One seed's story: which documents, when, and how many crashes."""

    seed: int
    crashes: int
    sent: list[Sent] = field(default_factory=list)

    def run(self) -> World:
        """Play it in a fresh loop. The same seed gives the same trace."""
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            return runner.run(self._play(runner.get_loop()))

    async def _play(self, loop: asyncio.AbstractEventLoop) -> World:
        assert isinstance(loop, VirtualLoop)
        chance = random.Random(self.seed)
        world = World(self.seed)
        await world.start()
        self._left = self.crashes
        self._crash_after(loop, world, chance, chance.choice((60, 500, LONGEST_STEPS)))
        kinds = chance.choices(KINDS, k=chance.choice((1, 1, 2)))
        async with asyncio.TaskGroup() as senders:
            for number, kind in enumerate(kinds):
                senders.create_task(self._tell(world, kind, f"A{number}", chance.uniform(0.0, 30.0), chance))
        await world.rest(45 * 60)
        loop.at_step = None
        await world.rest(30)
        await world.end()
        return world

    def _crash_after(self, loop: VirtualLoop, world: World, chance: random.Random, most: int) -> None:
        """Arm the next crash, if any is left, for a step within the next `most`."""
        if self._left == 0 or loop.at_step:
            return

        def crash() -> None:
            self._left -= 1
            world.crash()
            self._crash_after(loop, world, chance, chance.choice((60, 500, LONGEST_STEPS)))

        loop.at_step = (loop.steps + chance.randrange(1, most), crash)

    async def _tell(self, world: World, kind: str, name: str, delay: float, chance: random.Random) -> None:
        await world.rest(delay)
        now = world.clock.now()
        minutes = {"expired": -5.0}.get(kind, 360.0)
        document = Sent(name, kind, now, now + timedelta(minutes=minutes))
        self.sent.append(document)
        raw = cap(
            name,
            now,
            minutes=minutes,
            status="Exercise" if kind == "exercise" else "Actual",
            area="341523107000" if kind == "elsewhere" else "341523104000",
        )
        if chance.random() < 0.5:
            loop = asyncio.get_running_loop()
            assert isinstance(loop, VirtualLoop)
            loop.at_step = None
            self._crash_after(loop, world, chance, NEAR)
        await world.send(raw)
        document.acknowledged = world.clock.now()
        if chance.random() < 0.3:
            await world.send(raw)
        if kind in ("cancelled", "updated"):
            await world.rest(chance.uniform(0.0, 60.0))
            later = world.clock.now()
            reference = f"county@weather.example,{name},{now.isoformat(timespec='seconds')}"
            msg_type = "Cancel" if kind == "cancelled" else "Update"
            await world.send(
                cap(name + "C", later, msg_type=msg_type, references=reference, info=kind == "updated")
            )
            document.cancelled = world.clock.now()
            if kind == "updated":
                self.sent.append(
                    Sent(name + "C", "red", later, later + timedelta(minutes=360), world.clock.now())
                )

    def violations(self, world: World) -> list[str]:
        """What went wrong; nothing, if all is well."""
        found: list[str] = []
        zero = world.zero
        if world.horns["b"].heard:
            found.append("the neighbouring township heard something")
        for document in self.sent:
            found += self._of(document, world, zero)
        audible = [one for one in self.sent if one.kind in ("red", "cancelled", "updated")]
        if not audible and any(world.horns[name].heard for name in TOGETHER):
            found.append("something sounded although nothing should")
        if any(one.kind == "red" for one in self.sent):
            found += [
                f"{name} never heard a red to its end"
                for name in TOGETHER
                if not any(h.whole for h in world.heard(name))
            ]
        return [f"seed {self.seed}, {self.crashes} crashes: {line}" for line in found]

    def _of(self, document: Sent, world: World, zero: datetime) -> list[str]:
        words = f"未来三小时{document.identifier}降雨量"
        heard = [sound for sound in world.horns["a"].heard if sound.text and words in sound.text]
        found: list[str] = []
        if document.kind == "red" and document.acknowledged and not any(sound.whole for sound in heard):
            found.append(f"{document.identifier} was acknowledged and never heard")
        if document.kind in ("expired", "exercise", "elsewhere") and heard:
            found.append(f"{document.identifier} is {document.kind} and was heard")
        whole = [zero + timedelta(seconds=sound.began) for sound in heard if sound.whole]
        if document.kind == "red" and document.acknowledged and whole:
            latest = max(document.acknowledged, *world.starts) + SOON
            if whole[0] > latest:
                found.append(
                    f"{document.identifier} was first heard {whole[0] - latest + SOON} after it could be"
                )
        for sound in heard:
            began = zero + timedelta(seconds=sound.began)
            if began >= document.expires:
                found.append(f"{document.identifier} sounded after it had expired")
            if document.cancelled and began > document.cancelled + timedelta(seconds=2):
                found.append(
                    f"{document.identifier} sounded {began - document.cancelled} after it was cancelled"
                )
        if len(heard) > 2 * (3 + self.crashes):
            found.append(f"{document.identifier} was said {len(heard)} times")
        return found
