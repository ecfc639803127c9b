"""`tongluo-sim`: a village of simulated loudspeakers on pseudo-terminals, with a console that sets their
faults."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from drivers.errors import LinkLost
from firmware_sim.faults import Faults
from firmware_sim.speaker import Heard, Speaker
from firmware_sim.supply import Supply
from firmware_sim.tts_chip import TtsChip
from firmware_sim.village import DIRECTORY, Village, load

VILLAGE = Path("configs/village.example.toml")
HEARD = Path("var/heard")
LATE_S = 0.5
"""Seconds of `late NAME` without a number. Our choice."""


class Lang(StrEnum):
    ZH = "zh"
    EN = "en"


SAID: Final[dict[Lang, dict[str, str]]] = {
    Lang.ZH: {
        "port": "线路 {line}  {port}  {names}",
        "ready": "{town}：{count} 个音箱已就绪。输入 help 看命令，Ctrl-D 或 quit 退出。",
        "began": "▶ {title}：{what}{volume}",
        "ended": "■ {title}：{how}",
        "whole": "播完",
        "cut": "中断",
        "text": "“{text}”",
        "clip": "存储语音 {clip}",
        "pcm": "声音 {seconds:.1f} 秒",
        "sound": "声音",
        "volume": "（音量 {volume}）",
        "fault": "{title}：{faults}",
        "fine": "正常",
        "unknown": "没有名为 {name} 的音箱；输入 list 查看全部。",
        "no_chip": "{name} 不是语音芯片，不能 reboot。",
        "number": "{word} 不是数字。例：late {name} 0.5",
        "usage": "命令：mute|dead|busy 名称（无声|失联|占用）；late 名称 秒（迟答）；"
        "garbled 名称 次数（误码，-1 为一直）；"
        "blackout 名称（停电）；battery 名称 百分比（电量）；ok 名称（恢复）；"
        "reboot 名称（语音芯片重启）；list；help；quit",
    },
    Lang.EN: {
        "port": "line {line}  {port}  {names}",
        "ready": "{town}: {count} speakers are ready. Type help for the commands, Ctrl-D or quit to leave.",
        "began": "▶ {title}: {what}{volume}",
        "ended": "■ {title}: {how}",
        "whole": "played to the end",
        "cut": "cut off",
        "text": "“{text}”",
        "clip": "stored clip {clip}",
        "pcm": "{seconds:.1f} s of sound",
        "sound": "sound",
        "volume": " (volume {volume})",
        "fault": "{title}: {faults}",
        "fine": "fine",
        "unknown": "There is no speaker {name}; type list to see them all.",
        "no_chip": "{name} is no speech chip, reboot is not for it.",
        "number": "{word} is not a number. Example: late {name} 0.5",
        "usage": "Commands: mute|dead|busy NAME; late NAME SECONDS; garbled NAME TIMES (-1: always); "
        "blackout NAME (mains lost); battery NAME PERCENT; ok NAME; reboot NAME (speech chips); "
        "list; help; quit",
    },
}

app = typer.Typer(add_completion=False)

WORDS: Final = frozenset(["mute", "dead", "busy", "late", "garbled", "blackout", "battery", "ok", "reboot"])
"""The commands about one speaker."""


class Console:
    """Prints the sounds of the village and obeys the lines of the trainer."""

    def __init__(self, village: Village, lang: Lang, out: Callable[[str], None]) -> None:
        self._village = village
        self._words = SAID[lang]
        self._out = out
        for speaker in village.speakers.values():
            speaker.listeners.append(self._heard)

    def welcome(self) -> None:
        """Print the lines and their speakers."""
        config = self._village.config
        for line in config.lines:
            names = "、".join(f"{unit.name} {unit.title}" for unit in line.units)
            self._say("port", line=line.name, port=self._village.ports.get(line.name, "-"), names=names)
        self._say("ready", town=config.township.name, count=len(self._village.speakers))

    def obey(self, line: str) -> bool:
        """Carry out one line. Returns False when the trainer wants to leave."""
        match line.split():
            case []:
                pass
            case ["quit" | "exit"]:
                return False
            case ["list"]:
                for speaker in self._village.speakers.values():
                    self._state(speaker)
            case [word, name, *more] if word in WORDS and len(more) < 2:
                speaker = self._village.speakers.get(name)  # type: ignore[assignment]
                if speaker:
                    self._set(speaker, word, more[0] if more else None)
                else:
                    self._say("unknown", name=name)
            case _:
                self._say("usage")
        return True

    def _set(self, speaker: Speaker, word: str, more: str | None) -> None:
        faults = speaker.faults
        try:
            match word:
                case "mute" | "dead" | "busy":
                    setattr(faults, word, True)
                case "late":
                    faults.late = max(0.0, float(more)) if more else LATE_S
                case "garbled":
                    faults.garbled = int(more) if more else -1
                case "reboot":
                    self._reboot(speaker)
                    return
                case "blackout":
                    speaker.lose_mains()
                case "battery":
                    speaker.supply.battery = min(max(float(more or 0), 0.0), 100.0)
                case _:
                    speaker.supply = Supply()
                    for name, value in vars(Faults()).items():
                        setattr(faults, name, value)
        except ValueError:
            self._say("number", word=more, name=speaker.name)
            return
        if word in ("mute", "dead"):
            speaker.silence()
        self._state(speaker)

    def _reboot(self, speaker: Speaker) -> None:
        for server in self._village.servers.values():
            if isinstance(server, TtsChip) and server.speaker is speaker:
                server.reboot()
                self._state(speaker)
                return
        self._say("no_chip", name=speaker.name)

    def _state(self, speaker: Speaker) -> None:
        wrong = [
            name if value is True else f"{name} {value}"
            for name, value in vars(speaker.faults).items()
            if value
        ]
        if not speaker.supply.mains:
            wrong.append(f"blackout, battery {speaker.supply.battery:.0f}")
        title = f"{speaker.name} {self._village.titles[speaker.name]}"
        self._say("fault", title=title, faults=", ".join(wrong) or self._words["fine"])

    def _heard(self, speaker: Speaker, heard: Heard) -> None:
        title = self._village.titles[speaker.name]
        if heard.ended is None:
            volume = "" if heard.volume is None else self._words["volume"].format(volume=heard.volume)
            self._say("began", title=title, what=self._what(heard), volume=volume)
        else:
            self._say("ended", title=title, how=self._words["whole" if heard.whole else "cut"])

    def _what(self, heard: Heard) -> str:
        if heard.text is not None:
            return self._words["text"].format(text=heard.text)
        if heard.clip is not None:
            return self._words["clip"].format(clip=heard.clip)
        if heard.pcm:
            return self._words["pcm"].format(seconds=len(heard.pcm) / 2 / heard.rate)
        return self._words["sound"]

    def _say(self, key: str, **fields: object) -> None:
        self._out(self._words[key].format(**fields))


@app.command()
def simulate(
    village: Annotated[Path, typer.Option(help="村庄文件 / the village file")] = VILLAGE,
    directory: Annotated[
        Path, typer.Option("--dir", help="伪终端所在目录 / where the ports appear")
    ] = DIRECTORY,
    heard: Annotated[Path, typer.Option(help="听到的声音存放处 / where the sounds are recorded")] = HEARD,
    lang: Annotated[Lang, typer.Option(help="语言 / language")] = Lang.ZH,
) -> None:
    """模拟一个村庄的预警音箱。Simulate a village of warning loudspeakers."""
    try:
        place = Village(load(village), directory=directory, heard=heard)
    except ValueError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    try:
        asyncio.run(_session(place, lang))
    except* LinkLost as lost:
        typer.echo(str(lost.exceptions[0]), err=True)
        raise typer.Exit(1) from lost


async def _session(village: Village, lang: Lang) -> None:
    loop = asyncio.get_running_loop()
    console = Console(village, lang, lambda line: print(line, flush=True))
    over = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, over.set)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(village.run())
        await village.ready.wait()
        console.welcome()
        _listen(console, over)
        await over.wait()
        loop.remove_reader(sys.stdin)
        running.cancel()


def _listen(console: Console, over: asyncio.Event) -> None:
    """Obey the lines of standard input. Ctrl-D at a terminal sets `over`; the end of a pipe or file does
    not."""
    fd = sys.stdin.fileno()
    part = b""

    def readable() -> None:
        nonlocal part
        data = os.read(fd, 4096)
        if not data:
            asyncio.get_running_loop().remove_reader(fd)
            if sys.stdin.isatty():
                over.set()
            return
        *lines, part = (part + data).split(b"\n")
        if not all(console.obey(line.decode("utf-8", "replace")) for line in lines):
            over.set()

    try:
        asyncio.get_running_loop().add_reader(fd, readable)
    except PermissionError:  # a plain file or /dev/null: the event loop cannot watch it
        return


def main() -> None:
    """Entry point of `tongluo-sim`."""
    app()
