"""What stands until somebody changes it: its roster, what people did, how names are said, a hold of everything, relays that are on, alarms."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from gateway.model.alarm import Alarm, AlarmKind
from gateway.model.speaker import Roster
from gateway.store.chain.pen import Pen, Row
from gateway.store.sqlite import rows
from gateway.store.sqlite.shelf import Shelf


class Standing(Shelf):
    """Site data in numbered versions, acts by name, and what must survive a restart."""

    async def save_roster(self, roster: Roster, at: datetime, person: str) -> Roster:
        """A new version of the roster, unless it is the same as the newest. Returns it with its number."""

        def work(db: Pen) -> Roster:
            newest = rows.newest_roster(db)
            numbered = _numbered(roster, newest)
            if numbered == newest:
                return newest
            row: Row = {"version": numbered.version, "at": at.isoformat(), "written_by": person}
            db.insert("site", {**row, "body": rows.text(rows.ROSTER, numbered)})
            return numbered

        return await self._writer.write(work)

    def numbered(self, roster: Roster) -> Roster:
        """The roster with the number `save_roster` would give it."""
        row = self._one("SELECT body FROM site ORDER BY version DESC LIMIT 1", ())
        return _numbered(roster, rows.ROSTER.validate_json(row[0]) if row else None)

    async def act(self, at: datetime, person: str, act: str) -> None:
        """What a person did, in their name."""
        await self._writer.write(lambda db: rows.insert_act(db, at, person, act))

    async def teach(self, phrase: str, syllables: str, at: datetime, person: str) -> None:
        """From now on the phrase is said so; "" takes back what was taught."""

        def work(db: Pen) -> None:
            if syllables:
                db.insert("reading", {"phrase": phrase, "syllables": syllables}, "INSERT OR REPLACE")
            else:
                db.drop("reading", "phrase = ?", (phrase,))
            rows.insert_act(db, at, person, f"read {phrase} as {syllables or 'before'}")

        await self._writer.write(work)

    def taught(self) -> dict[str, str]:
        """Phrases and how they are said."""
        return {row[0]: row[1] for row in self._all("SELECT phrase, syllables FROM reading ORDER BY phrase")}

    def seen(self) -> datetime | None:
        """The newest wall time at which something was kept while the clock could be trusted: whoever says less now is wrong."""
        row = self._one("SELECT seen FROM chain_end WHERE seen <> ''", ())
        return datetime.fromisoformat(row[0]) if row else None

    # --- a hold of everything -----------------------------------------------------------------------------------------

    async def hold_everything(self, at: datetime, person: str, until: datetime) -> None:
        """Nothing sounds until then, or until `end_hold`."""

        def work(db: Pen) -> None:
            db.put("hold", "UPDATE hold SET ended = ? WHERE ended IS NULL", (at.isoformat(),))
            db.insert("hold", {"at": at.isoformat(), "person": person, "until": until.isoformat()})
            rows.insert_act(db, at, person, f"hold until {until.isoformat()}")

        await self._writer.write(work, urgent=True)

    async def end_hold(self, at: datetime, person: str) -> None:
        """The hold is over before its time."""

        def work(db: Pen) -> None:
            db.put("hold", "UPDATE hold SET ended = ? WHERE ended IS NULL", (at.isoformat(),))
            rows.insert_act(db, at, person, "resume")

        await self._writer.write(work, urgent=True)

    def held_until(self) -> datetime | None:
        """The end of the last hold that nobody ended; it may be past."""
        row = self._one("SELECT until FROM hold WHERE ended IS NULL ORDER BY id DESC LIMIT 1", ())
        return datetime.fromisoformat(row[0]) if row else None

    # --- power relays -------------------------------------------------------------------------------------------------

    async def power_on(self, line: str, unit: int, at: datetime) -> None:
        """This relay must go off again, whatever happens."""

        def work(db: Pen) -> None:
            db.insert("power", {"line": line, "unit": unit, "since": at.isoformat()}, "INSERT OR REPLACE")

        await self._writer.write(work, urgent=True)

    async def power_off(self, line: str, unit: int) -> None:
        """It is off."""

        def work(db: Pen) -> None:
            db.drop("power", "line = ? AND unit = ?", (line, unit))

        await self._writer.write(work)

    def powered(self) -> list[tuple[str, int]]:
        """Relays that were switched on and not yet off, as (line, unit)."""
        return [(row[0], row[1]) for row in self._all("SELECT line, unit FROM power ORDER BY line, unit")]

    # --- alarms -------------------------------------------------------------------------------------------------------

    async def raise_alarm(self, alarm: Alarm) -> None:
        """An alarm is up. One of this name that is up already stays as it is."""

        def work(db: Pen) -> None:
            why, since = rows.text(rows.WHY, alarm.why), alarm.since.isoformat()
            row: Row = {"name": alarm.name, "why": why, "since": since, "rings": int(alarm.rings)}
            db.insert("alarm", row, "INSERT OR IGNORE")

        await self._writer.write(work)

    async def clear_alarm(self, name: str, at: datetime) -> None:
        """It is over. One that rings and was not acknowledged stays to be read until somebody has."""

        def work(db: Pen) -> None:
            values = (at.isoformat(), name)
            db.put("alarm", "UPDATE alarm SET cleared = ? WHERE name = ? AND cleared IS NULL", values)

        await self._writer.write(work)

    async def acknowledge(self, name: str, person: str, at: datetime) -> None:
        """Somebody has heard it, by name."""

        def work(db: Pen) -> None:
            db.put(
                "alarm",
                "UPDATE alarm SET acknowledged_by = ? WHERE name = ? AND acknowledged_by = ''",
                (person, name),
            )
            rows.insert_act(db, at, person, f"acknowledge {name}")

        await self._writer.write(work)

    def raised(self, name: str) -> bool:
        """Whether an alarm of this name was ever raised."""
        return self._one("SELECT 1 FROM alarm WHERE name = ? LIMIT 1", (name,)) is not None

    def alarms(self) -> list[Alarm]:
        """Alarms that last, and those that ring until somebody has acknowledged them; oldest first."""
        found = self._all(
            "SELECT name, why, since, rings, cleared, acknowledged_by FROM alarm"
            " WHERE cleared IS NULL OR (rings AND acknowledged_by = '') ORDER BY id"
        )
        return [
            Alarm(
                *AlarmKind.parse(name),
                rows.WHY.validate_json(why),
                datetime.fromisoformat(since),
                bool(rings),
                datetime.fromisoformat(cleared) if cleared else None,
                person,
            )
            for name, why, since, rings, cleared, person in found
        ]


def _numbered(roster: Roster, newest: Roster | None) -> Roster:
    if newest and newest == replace(roster, version=newest.version):
        return newest
    return replace(roster, version=(newest.version if newest else 0) + 1)
