"""Pseudo-terminals between a real driver and the simulator, on a real loop."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from drivers import Accepted, Finished, Report, Utterance
from drivers.errors import LinkLost
from drivers.link.serialport import SerialLink
from drivers.tts_chip.driver import TtsChipDriver
from firmware_sim.speaker import Speaker
from firmware_sim.terminal import Terminal, terminal
from firmware_sim.tts_chip import TtsChip


def test_bytes_are_stamped_at_the_lines_pace_both_ways(tmp_path: Path) -> None:
    async def story() -> None:
        far, near = terminal(tmp_path / "line", 9600), SerialLink(str(tmp_path / "line"), 9600)
        await far.open()
        await near.open()
        loop = asyncio.get_running_loop()
        began = loop.time()
        writing = asyncio.create_task(near.write(bytes(48)))
        chunk = await far.read()
        assert len(chunk.data) == 48
        assert chunk.at - began == pytest.approx(0.05, abs=0.02)
        await writing
        began = loop.time()
        writing = asyncio.create_task(far.write(bytes(48)))
        assert (await near.read()).at - began >= 0.05
        await writing
        await near.close()
        await far.close()

    asyncio.run(story())


def test_daemons_come_and_go_while_the_path_stays(tmp_path: Path) -> None:
    async def story() -> None:
        path = tmp_path / "deep" / "line"
        far = terminal(path, 115200)
        await far.open()
        for _ in range(3):
            near = SerialLink(str(path), 115200)
            await near.open()
            await near.write(b"hello")
            assert (await far.read()).data == b"hello"
            await far.write(b"answer")
            assert (await near.read()).data == b"answer"
            await near.close()
            await far.write(b"to nobody")
        await far.close()
        assert not path.is_symlink()

    asyncio.run(story())


def test_output_that_nobody_reads_does_not_hold_the_simulator_up(tmp_path: Path) -> None:
    async def story() -> None:
        far = Terminal(tmp_path / "line", 9600)
        await far.open()
        async with asyncio.timeout(5):
            for _ in range(100):
                await far.write(bytes(1000))
        await far.close()

    asyncio.run(story())


def test_a_file_in_the_way_is_left_alone_and_named(tmp_path: Path) -> None:
    async def story() -> None:
        (tmp_path / "line").write_text("precious")
        with pytest.raises(LinkLost, match="not a symlink"):
            await terminal(tmp_path / "line", 9600).open()
        assert (tmp_path / "line").read_text() == "precious"

    asyncio.run(story())


def test_a_driver_speaks_through_a_pseudo_terminal_and_survives_the_simulators_restart(
    tmp_path: Path,
) -> None:
    async def story() -> None:
        path, speaker, reports = tmp_path / "line", Speaker("石桥广场", 1), list[Report]()
        driver = TtsChipDriver(SerialLink(str(path), 9600))
        driving = asyncio.create_task(driver.run(reports.append))
        for text in ("转移", "快走"):
            chip = asyncio.create_task(TtsChip(terminal(path, 9600), speaker).run())
            async with asyncio.timeout(10):
                await reached(driver)
                await driver.play([1], Utterance(text.encode(), text=text, volume=50))
            facts = [report.fact for report in reports if report.token == text.encode()]
            assert facts[0] == Accepted()
            assert facts[-1] == Finished(known=True)
            chip.cancel()
            await asyncio.gather(chip, return_exceptions=True)
            await asyncio.sleep(0.05)
        driving.cancel()
        await asyncio.gather(driving, return_exceptions=True)
        assert [sound.text for sound in speaker.heard] == ["转移", "快走"]

    asyncio.run(story())


async def reached(driver: TtsChipDriver) -> None:
    """Wait until the driver has found the port."""
    for _ in range(100):
        try:
            await driver.status(1)
            return
        except LinkLost:
            await asyncio.sleep(0.05)
