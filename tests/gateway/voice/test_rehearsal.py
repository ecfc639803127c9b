"""The chosen voice rehearses: its pieces lie on the disk, and are heard after its service is gone."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.model.plan import Script, ToneName
from gateway.model.region import Region
from gateway.model.speaker import Hearing, Refuge, Roster, Speaker, Village
from gateway.voice import RATE, CannotSay, Form, rehearsal
from gateway.voice.announcer import Announcer
from gateway.voice.piece import Piece, Word
from gateway.voice.rehearsal import Rehearsal
from gateway.voice.repertoire import Past, repertoire
from gateway.voice.sound.shelf import Shelf
from tests.support import small_repertoire
from tests.support.toy_voice import Toy, hum
from tests.support.voice_output import pitch

Virtual = Callable[[Any], Any]
ROSTER = Roster(
    1,
    (Village(Region("341523113201"), "石桥村", refuge=Refuge("村小学", "村道", "张三", "13812345678")),),
    (Speaker("square", "广场", Region("341523113201"), "bus", 1),),
)
RED = Script(ToneName.RED, ("预警广播，预警广播。", "请相互转告，做好防范。"), "warning-red")


class Service(Toy):
    """A voice that can be away; it hums at `hertz`."""

    def __init__(self, hertz: float, name: str = "") -> None:
        self.hertz, self.name = hertz, name
        self.away = False
        self.asked: list[str] = []
        self.refused: set[str] = set()

    async def sound(self, words: str) -> bytes:
        self.asked.append(words)
        await asyncio.sleep(0.3)
        if self.away or words in self.refused:
            raise CannotSay("nobody there")
        return hum(1.0, self.hertz)


def last(pcm: bytes) -> float:
    """The pitch of its last one and a half seconds."""
    return pitch(pcm[-3 * RATE :])


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.voice.repertoire.table", small_repertoire.tiny)


class Site:
    """What a rehearsal asks its site."""

    def __init__(self) -> None:
        self.roster = ROSTER
        self.past = Past()
        self.now = datetime(2027, 7, 28, 2, 5, tzinfo=UTC)

    def rehearsal(self, announcer: Announcer) -> Rehearsal:
        return Rehearsal(announcer, lambda: self.roster, lambda: self.past, lambda: self.now)

    def pieces(self, announcer: Announcer) -> list[Piece]:
        texts = repertoire(announcer.rehearsed, self.roster, self.past, self.now)
        return [piece for pieces in texts for piece in pieces]


SITE = Site()
WHOLE_S = (rehearsal.PAUSE_S + 0.3) * 500
"""In so many seconds all of a small repertoire is rehearsed."""


def test_what_was_rehearsed_is_heard_when_the_service_is_gone_also_after_a_restart(
    virtual: Virtual, tmp_path: Path
) -> None:
    async def story() -> None:
        ours, chosen = Service(250), Service(900, "choice")
        announcer = Announcer(ours, chosen=chosen, shelf=Shelf(tmp_path))
        running = asyncio.create_task(SITE.rehearsal(announcer).run())
        await asyncio.sleep(WHOLE_S)
        asked = len(chosen.asked)
        assert asked >= len(SITE.pieces(announcer))
        assert not ours.asked
        await asyncio.sleep(rehearsal.AGAIN_S * 3)
        assert len(chosen.asked) == asked, "what is there is not asked for again"
        running.cancel()
        await announcer.close()
        chosen.away = True
        again = Announcer(ours, chosen=chosen, shelf=Shelf(tmp_path))
        assert last((await again.speech(RED, 1, Hearing())).pcm) == pytest.approx(900, abs=5)
        other = Script(ToneName.RED, ("没有排练过的话。",), "warning-red")
        assert last((await again.speech(other, 1, Hearing())).pcm) == pytest.approx(250, abs=5)
        await again.close()

    virtual(story())


def test_a_service_that_is_away_is_asked_again_later_and_floods_nobody(
    virtual: Virtual, tmp_path: Path
) -> None:
    async def story() -> None:
        chosen = Service(900, "choice")
        chosen.away = True
        announcer = Announcer(Service(250), chosen=chosen, shelf=Shelf(tmp_path))
        running = asyncio.create_task(SITE.rehearsal(announcer).run())
        await asyncio.sleep(rehearsal.AGAIN_S * 10 + 5)
        assert 9 <= len(chosen.asked) / rehearsal.REFUSED_IN_A_ROW <= 11
        chosen.away = False
        await asyncio.sleep(rehearsal.AGAIN_S + WHOLE_S)
        asked = len(chosen.asked)
        for piece in SITE.pieces(announcer):
            assert not await announcer.rehearse(piece), "everything is there"
        assert len(chosen.asked) == asked
        running.cancel()
        await announcer.close()

    virtual(story())


def test_a_piece_that_is_refused_is_told_once_and_keeps_none_of_the_others_away(
    virtual: Virtual, tmp_path: Path
) -> None:
    async def story() -> None:
        chosen = Service(900, "choice")
        announcer = Announcer(Service(250), chosen=chosen, shelf=Shelf(tmp_path))
        first, *rest = SITE.pieces(announcer)
        chosen.refused.add(first.written)
        rehearses = SITE.rehearsal(announcer)
        running = asyncio.create_task(rehearses.run())
        await asyncio.sleep(WHOLE_S)
        assert rehearses.refused == {first.written: "nobody there"}
        for piece in rest:
            assert not await announcer.rehearse(piece), "everything else is there"
        assert chosen.asked.count(first.written) == 1
        running.cancel()
        await announcer.close()

    virtual(story())


def test_a_voice_that_is_away_has_refused_nothing(virtual: Virtual, tmp_path: Path) -> None:
    async def story() -> None:
        chosen = Service(900, "choice")
        chosen.away = True
        announcer = Announcer(Service(250), chosen=chosen, shelf=Shelf(tmp_path))
        rehearses = SITE.rehearsal(announcer)
        running = asyncio.create_task(rehearses.run())
        await asyncio.sleep(rehearsal.AGAIN_S * 2)
        assert rehearses.refused == {}
        running.cancel()
        await announcer.close()

    virtual(story())


def test_nothing_is_rehearsed_while_something_sounds(virtual: Virtual, tmp_path: Path) -> None:
    async def story() -> None:
        chosen = Service(900, "choice")
        announcer = Announcer(Service(250), chosen=chosen, shelf=Shelf(tmp_path))
        running = asyncio.create_task(SITE.rehearsal(announcer).run())
        await asyncio.sleep(30)
        sound = announcer.sound(RED, 1, Hearing())
        blocks = sound.open()
        await anext(blocks)
        await asyncio.sleep(5)
        before = len(chosen.asked)
        await asyncio.sleep(120)
        assert len(chosen.asked) == before, "it sounds"
        async for _ in blocks:
            pass
        await asyncio.sleep(30)
        assert len(chosen.asked) > before
        running.cancel()
        await announcer.close()

    virtual(story())


def test_a_new_day_and_a_new_sender_have_pieces_of_their_own(virtual: Virtual, tmp_path: Path) -> None:
    async def story() -> None:
        chosen, site = Service(900, "choice"), Site()
        announcer = Announcer(Service(250), chosen=chosen, shelf=Shelf(tmp_path))
        running = asyncio.create_task(site.rehearsal(announcer).run())
        await asyncio.sleep(WHOLE_S)
        asked = len(chosen.asked)
        site.past = Past(("梅岭县气象台",), ("目前强降雨云团已影响我县青石镇。",))
        await asyncio.sleep(rehearsal.AGAIN_S + WHOLE_S)
        new = chosen.asked[asked:]
        assert "目前强降雨云团已影响我县青石镇。" in new
        assert any("梅岭县气象台解除暴雨红色预警信号" in words for words in new)
        asked = len(chosen.asked)
        site.now += timedelta(days=1)
        await asyncio.sleep(rehearsal.AGAIN_S + WHOLE_S)
        assert any("七月三十日" in words for words in chosen.asked[asked:])
        running.cancel()
        await announcer.close()

    virtual(story())


def test_a_county_that_does_not_fit_is_not_asked_for_over_and_over(virtual: Virtual, tmp_path: Path) -> None:
    """What was laid in first stays; nothing pushes out what it would have to ask for again."""

    async def story() -> None:
        chosen = Service(900, "choice")
        announcer = Announcer(Service(250), chosen=chosen, shelf=Shelf(tmp_path, most_bytes=20 * 2 * RATE))
        running = asyncio.create_task(SITE.rehearsal(announcer).run())
        await asyncio.sleep(WHOLE_S)
        asked = len(chosen.asked)
        assert 5 < asked < 20
        await asyncio.sleep(rehearsal.AGAIN_S * 5)
        assert len(chosen.asked) == asked
        running.cancel()
        await announcer.close()

    virtual(story())


def test_a_full_disk_takes_nothing_from_what_is_said(
    virtual: Virtual, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    async def story() -> None:
        monkeypatch.setattr(Path, "write_bytes", full)
        announcer = Announcer(Service(250), chosen=Service(900, "choice"), shelf=Shelf(tmp_path))
        for _ in range(2):
            burst = await announcer.speech(RED, 2, Hearing())
            assert burst.form is Form.VOICE
            assert last(burst.pcm) == pytest.approx(900, abs=5)
        assert announcer.chosen_speaks
        await announcer.close()

    virtual(story())


def test_our_own_voice_is_never_kept_on_the_disk(virtual: Virtual, tmp_path: Path) -> None:
    async def story() -> None:
        announcer = Announcer(Service(250), shelf=Shelf(tmp_path / "speech"))
        await announcer.speech(RED, 1)
        assert not await announcer.rehearse(Piece((Word("预警", ("yu4", "jing3"), "。"),)))
        assert not (tmp_path / "speech").exists()
        await announcer.close()

    virtual(story())
