"""Stories for the simulated county, all drawn from one seed.

A story says which documents come over which road, what people do, and what goes wrong.
"""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from gateway.intake import Accepted
from gateway.model.plan import Act, Class, Part, Plan, Schedule, Script, ToneName, plan_id
from tests.simulation import again, asking, batches, lifts
from tests.simulation.deeds import Deed, Sent
from tests.simulation.trouble import Trouble, draw
from tests.support.county import (
    NEXT_TOWNSHIP,
    OFFICE,
    POLL,
    RELAY,
    ROADS,
    ROSTER,
    SENDER,
    TOGETHER,
    TOWNSHIP,
    cap,
    day,
    reference,
    words,
)
from tests.support.virtual_time import VirtualLoop
from tests.support.voices import Engine, announcer
from tests.support.world import World

THEMES = (
    *("plain", "roads", "classes", "lines", "acts", "speakers", "disk", "roads", "night", "clock"),
    *("sources", "roads", "classes", "again", "speakers", "disk", "night", "lines", "clock", "voice"),
    *("lifts", "roads", "classes", "lines", "acts", "batch", "disk", "roads", "night", "clock"),
    *("batch", "roads", "lifts", "again", "speakers", "disk", "night", "lines", "clock", "asked"),
)
"""Seed by seed: what a story is about. Voices are rare: the announcer's real signal processing costs as much
as ten stories."""

KINDS = {
    "plain": ("red", "red", "orange", "cancelled", "updated", "brief", "expired", "exercise", "elsewhere"),
    "roads": ("red", "cancelled", "cancel first", "updated", "update first", "exercise"),
    "sources": ("lied", "kin", "kin cancelled", "lied", "cancelled"),
    "lines": ("red", "orange", "cancelled", "brief"),
    "speakers": ("red", "orange", "cancelled", "brief"),
    "acts": ("red", "orange", "window"),
    "again": ("",),
    "classes": ("red", "orange", "window", "cancelled"),
    "night": ("red", "wind", "yellow", "yellow", "yellow", "cancelled", "exercise", "blue"),
    "voice": ("red", "orange", "brief"),
    "disk": ("red", "orange", "cancelled", "brief", "window"),
    "clock": ("red", "orange", "cancelled", "updated", "exercise"),
    "lifts": (*lifts.KINDS, *lifts.KINDS, "red"),
    "batch": (*batches.KINDS, *batches.KINDS, "red", "cancelled"),
    "asked": (*asking.KINDS, *asking.KINDS, "red", "orange"),
}

STARTS = {"night": ((21, 25), (2, 10), (12, 20), (6, 10))}
"""Hours at which a theme begins; else it is half past two in the afternoon, outside the quiet hours."""

NEAR = 40
"""Half the documents have a crash within so many steps of being sent: where an acknowledgement can be a
lie."""
LONGEST_STEPS = 1300
"""About as many loop steps as a red has from its arrival to its last burst: crashes are spread over them."""
HORIZON_S, NIGHT_S = 3 * 3600.0, 14 * 3600.0
"""No story is longer: the last burst of a red is due after half an hour, and a warning held at night has its
morning."""


@dataclass
class Story:
    """One seed's story."""

    seed: int
    sent: list[Sent] = field(default_factory=list)
    deeds: list[Deed] = field(default_factory=list)
    added: dict[str, Plan] = field(default_factory=dict)
    """Plans of lower classes, by the identifier their words carry."""
    troubles: list[Trouble] = field(default_factory=list)
    batches: list[batches.Batch] = field(default_factory=list)
    questions: list[lifts.Question] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.theme = THEMES[self.seed % len(THEMES)]
        self.chance = random.Random(self.seed)
        self.several = False
        self.crashes = self.chance.choice((0, 2, 4, 6, 9, 12, 18, 24))

    def run(self) -> World:
        """Play it in a fresh loop. The same seed gives the same trace."""
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            loop = runner.get_loop()
            assert isinstance(loop, VirtualLoop)
            return runner.run(self._play(loop))

    async def _play(self, loop: VirtualLoop) -> World:
        self._loop, chance = loop, self.chance
        hour, minute = chance.choice(STARTS.get(self.theme, ((14, 30),)))
        engine = Engine() if self.theme == "voice" else None
        site = (asking.SPEAKS_FOR_IT, asking.WATCHED) if self.theme == "asked" else ()
        world = World(self.seed, day(hour, minute), announcer(engine) if engine else None, *site)
        await world.start()
        await asyncio.sleep(0.5)
        world.calm = world.busy()
        self.crash_soon(world)
        self.troubles = draw(self.theme, chance)
        kinds = chance.choices(KINDS[self.theme], k=chance.choice((1, 1, 2, 3)))
        kinds = [kind for kind in kinds if kind]
        self.several = len(kinds) > 1
        with suppress(TimeoutError):  # the invariants look for a question without an answer
            async with asyncio.timeout(HORIZON_S), asyncio.TaskGroup() as people:
                self._people = people
                for trouble in self.troubles:
                    people.create_task(trouble.happen(world, engine))
                for number, kind in enumerate(kinds):
                    name = f"34152341600000_20260728{number:06}" if kind.startswith("kin") else f"A{number}"
                    people.create_task(self._tell(world, kind, name, chance.uniform(0.0, 30.0)))
                if self.theme in ("classes", "night"):
                    for number in range(chance.choice((1, 2, 3))):
                        people.create_task(self._add(world, f"B{number}", chance.uniform(0.0, 120.0)))
                if self.theme == "again":
                    people.create_task(again.happen(self, world))
                if self.theme == "acts":
                    for _ in range(chance.choice((1, 2))):
                        people.create_task(self._act(world, chance.uniform(1.0, 150.0)))
        await self._until_rest(world)
        await world.end()
        return world

    async def _until_rest(self, world: World) -> None:
        until = world.now + (NIGHT_S if self.theme == "night" else HORIZON_S)
        calm = 0
        while world.now < until and calm < 2:
            await asyncio.sleep(45.0)
            calm = calm + 1 if world.at_rest else 0
        self._loop.at_step = None

    # --- crashes --------------------------------------------------------------------------------------------

    def crash_soon(self, world: World, most: int = 0) -> None:
        """Arm the next crash, if any is left."""
        if len(world.crashes) >= self.crashes:
            return
        within = most or self.chance.choice((60, 500, LONGEST_STEPS))

        def crash() -> None:
            world.crash()
            self.crash_soon(world)

        self._loop.at_step = (self._loop.steps + self.chance.randrange(1, within), crash)

    # --- what the county sends ------------------------------------------------------------------------------

    async def _tell(self, world: World, kind: str, name: str, delay: float) -> None:
        chance = self.chance
        await asyncio.sleep(delay)
        if kind in asking.KINDS:
            await asking.tell(self, world, kind, name)
            return
        if kind in lifts.KINDS:
            await lifts.tell(self, world, kind, name)
            return
        if kind in batches.KINDS:
            await batches.tell(self, world, name)
            return
        now = world.wall(world.now)
        minutes = {"expired": 55.0, "brief": chance.uniform(1.0, 35.0)}.get(kind, 360.0)
        now -= timedelta(hours=kind == "expired")
        document = Sent(name, kind, now, now + timedelta(minutes=minutes), world.now)
        self.sent.append(document)
        raw = cap(
            name,
            now,
            minutes=minutes,
            status={"exercise": "Exercise", "test": "Test"}.get(kind, "Actual"),
            area=NEXT_TOWNSHIP if kind == "elsewhere" else TOWNSHIP,
            level={"orange": "橙", "yellow": "黄", "blue": "蓝"}.get(kind, "红"),
            code={"window": "11B17", "wind": "11B06"}.get(kind, "11B03"),
            issuer=_issuer(name),
        )
        if kind in ("cancel first", "update first"):
            await self._follow(world, document, now + timedelta(seconds=1))
            await asyncio.sleep(chance.uniform(0.0, 5.0))
        if chance.random() < 0.5:
            self.crash_soon(world, NEAR)
        document.acknowledged = await self.publish(world, name, raw)
        if kind.startswith("kin"):
            await asyncio.sleep(chance.choice((0.0, chance.uniform(0.0, 60.0))))
            other = raw.replace(SENDER.encode(), OFFICE.encode(), 1)
            await self._carry(world, name, other, ROADS[1], self._loop.create_future())
        if kind == "lied":
            await self._lie(world, document)
        if kind in ("cancelled", "updated", "kin cancelled"):
            await asyncio.sleep(chance.choice((chance.uniform(0.0, 90.0), chance.uniform(600.0, 700.0))))
            if chance.random() < 0.5:
                self.crash_soon(world, NEAR)
            await self._follow(world, document, world.wall(world.now))

    async def _lie(self, world: World, document: Sent) -> None:
        """A relay, and somebody who may speak for nobody, say that it is over."""
        for road, sender in ((POLL, RELAY), (ROADS[0], "liar@nowhere.example")):
            await asyncio.sleep(self.chance.uniform(0.0, 60.0))
            name, now = f"{document.identifier}-{road}", world.wall(world.now)
            of = f"{SENDER},{document.identifier},{document.sent.isoformat(timespec='seconds')}"
            raw = cap(name, now, msg_type="Cancel", references=of, info=False, sender=sender)
            if self.chance.random() < 0.5:
                self.crash_soon(world, NEAR)
            await self._carry(world, name, raw, road, self._loop.create_future())

    async def _follow(self, world: World, document: Sent, now: datetime) -> None:
        """The Cancel or the Update of a document."""
        name, update = document.identifier + "C", document.kind.startswith("update")
        raw = cap(
            name,
            now,
            msg_type="Update" if update else "Cancel",
            references=reference(document.identifier, document.sent),
            info=update,
            issuer=_issuer(document.identifier),
        )
        offered = world.now
        at = await self.publish(world, name, raw)
        document.cancelled = at
        if update:
            self.sent.append(Sent(name, "red", now, now + timedelta(minutes=360), offered, at))

    async def publish(self, world: World, name: str, raw: bytes) -> float:
        """Over one road, or two with all that brokers do; returns when the daemon first answered for it."""
        roads = ROADS if self.theme == "roads" else ROADS[:1]
        first: asyncio.Future[float] = self._loop.create_future()
        for road in roads:
            self._people.create_task(self._carry(world, name, raw, road, first))
        return await first

    async def _carry(
        self, world: World, name: str, raw: bytes, road: str, first: asyncio.Future[float]
    ) -> None:
        """One broker: late, twice, or again because its acknowledgement was lost."""
        chance = self.chance
        late = self.theme == "roads"
        times = chance.choice((1, 1, 2, 3)) if late else chance.choice((1, 1, 2))
        for number in range(times):
            if late:
                await asyncio.sleep(chance.choice((0.0, chance.uniform(0, 3), chance.uniform(0, 40))))
            elif number:
                await asyncio.sleep(chance.uniform(0, 60))
            world.note(f"{road} sends {name}")
            answer = await world.send(raw, road, patient=True)
            world.note(f"{road} is answered for {name}: {type(answer).__name__}")
            assert isinstance(answer, Accepted), answer
            if not first.done():
                first.set_result(world.now)

    # --- what people do -------------------------------------------------------------------------------------

    async def _add(self, world: World, name: str, delay: float) -> None:
        """A plan of a lower class, as an editor's desk or a programme adds it."""
        chance = self.chance
        await asyncio.sleep(delay)
        class_ = chance.choice((Class.YELLOW, Class.NOTICE, Class.DAILY, Class.NOTICE))
        now = world.clock.now()
        script = Script(ToneName.CHIME, (f"通知{words(name)}的事。", "请各户留意。"), "warning")
        targets = tuple(chance.sample(TOGETHER, chance.choice((1, 3, 5))))
        plan = Plan(
            plan_id(name, Act.NOTICE, now),
            "",
            Act.NOTICE,
            class_,
            (Part(targets, script),),
            Schedule(1, (0.0,)),
            now,
            now + timedelta(hours=1),
            ROSTER.version,
        )
        self.added[name] = plan

        if chance.random() < 0.4:
            self.crash_soon(world, NEAR)
        await world.add(plan, name)
        world.note(f"{class_.name} {name} is added for {targets}")

    async def _act(self, world: World, delay: float) -> None:
        chance = self.chance
        await asyncio.sleep(delay)
        kind = chance.choice(("stop", "stop", "say", "hold", "hold"))
        target = chance.choice(("all", "all", "a", "f1", "石桥"))
        target = target if kind == "stop" and target != "石桥" else chance.choice(("a", "h1", "f2"))
        deed = Deed(kind, target, world.now)
        self.deeds.append(deed)
        world.note(f"somebody asks to {kind} {target}")
        if chance.random() < 0.4:
            self.crash_soon(world, NEAR)
        if kind == "stop":
            await world.ask(lambda desk: desk.air.stop(target, "王"))
        elif kind == "say":
            await world.ask(lambda desk: desk.speech.say("一二三四五", [target], "王", "检修"))
        else:
            await self._hold(world, deed)
            return
        deed.done = world.now
        world.note(f"{kind} {target} is done")

    async def _hold(self, world: World, deed: Deed) -> None:
        """Hold everything for some minutes, and perhaps end it before its time."""
        chance, minutes = self.chance, self.chance.choice((2.0, 11.0, 30.0))
        self._holds_end(world.now)
        end = await world.ask(lambda desk: desk.air.hold(minutes, "王"))
        deed.done = world.now
        deed.until = deed.done + (end - world.clock.now()).total_seconds()
        world.note(f"everything is on hold until {end:%H:%M:%S}")
        if chance.random() < 0.5:
            await asyncio.sleep(chance.uniform(1.0, 60 * minutes - 30))
            self._holds_end(world.now)
            await world.ask(lambda desk: desk.air.resume("王"))
            world.note("the hold is over before its time")

    def _holds_end(self, now: float) -> None:
        """A new hold takes the place of the last, a resume ends whatever holds."""
        for deed in self.deeds:
            if deed.until is not None:
                deed.until = min(deed.until, now)

    def well(self, speaker: str, since: float, until: float) -> bool:
        """Whether nothing was wrong with this speaker and its line then."""
        return not any(trouble.touches(speaker, since, until) for trouble in self.troubles)


def _issuer(identifier: str) -> str:
    """Each warning of a story has an office of its own: what one says outdoes nothing that another said."""
    return f"舒城县{identifier}气象台"
