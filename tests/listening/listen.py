"""Writes the sounds of the villages to files: WAV, spectrograms as PNG, a page of both.

`make listen`. In the pictures pauses are black, tones are lines, and a vowel's bars rise and fall with its
tone.
"""

from __future__ import annotations

import asyncio
import html
import struct
import sys
import wave
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from drivers.sound import samples
from gateway.announcements.template import FIELDS, written
from gateway.i18n import phrase
from gateway.model.plan import Script, ToneName
from gateway.model.speaker import Curve, Hearing
from gateway.voice import RATE
from gateway.voice.sound.loudness import loudness
from tests.hearing.voices import DEFAULT, ESPEAK, installed, seated

WINDOW, HOP = 512, 160
"""Samples of a column, and from one to the next: 32 ms seen every 10 ms."""
DEEPEST_DB = -70.0
"""What is black."""
RED = Script(
    ToneName.RED,
    (
        "预警广播，预警广播。",
        "舒城县气象台7月28日14时30分发布暴雨红色预警信号：预计未来3小时降雨量将达105.5毫米以上，气温-5℃。",
        "请立即转移，报告险情请拨打0564-8621234。",
    ),
    "warning-red",
)
COLOURS = np.array([(0, 0, 0), (40, 10, 90), (150, 40, 100), (240, 120, 40), (255, 240, 160)])


def picture(signal: NDArray[np.float64]) -> bytes:
    """A PNG of the spectrogram: 10 ms a column, 31.25 Hz a row, up to 8 kHz."""
    frames = np.lib.stride_tricks.sliding_window_view(signal, WINDOW)[::HOP] * np.hanning(WINDOW)
    levels = 20 * np.log10(np.abs(np.fft.rfft(frames)) / (WINDOW / 4) + 1e-9).T[::-1]
    bright = np.clip(1 - levels / DEEPEST_DB, 0, 1) * (len(COLOURS) - 1)
    pixels = np.stack([np.interp(bright, range(len(COLOURS)), COLOURS[:, one]) for one in range(3)], axis=-1)
    return png(pixels.astype(np.uint8))


def png(pixels: NDArray[np.uint8]) -> bytes:
    """Eight bits each of red, green and blue (PNG specification, third edition, §5)."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    height, width, _ = pixels.shape
    rows = np.concatenate([np.zeros((height, 1), np.uint8), pixels.reshape(height, -1)], axis=1)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows.tobytes()))
        + chunk(b"IEND", b"")
    )


def scripts() -> dict[str, tuple[Script, Curve]]:
    """A red for either loudspeaker, and one message of every act."""
    blanks = {name: phrase(f"blank_{name}", "zh") for name in FIELDS}
    found = {f"red-{curve}": (RED, curve) for curve in Curve}
    for act, name, script in written(blanks):
        if not any(one.startswith(act) for one in found):
            found[f"{act}-{name}"] = script, Curve.HORN
    return found


async def made() -> list[tuple[str, Script, bytes]]:
    """Every burst with its PCM, by the voice that speaks by default and by espeak-ng beside it."""
    voices = {name: opened() for name, opened in installed() if name in (DEFAULT, ESPEAK)}
    announcers = {name: seated(voice) for name, voice in voices.items()}
    for voice in voices.values():
        await voice.open()
    bursts: list[tuple[str, Script, bytes]] = []
    for name, (script, curve) in scripts().items():
        for by, announcer in sorted(announcers.items(), reverse=True):
            await announcer.prepare(script, 1, Hearing(curve))
            speech = await announcer.speech(script, 1, Hearing(curve))
            bursts.append((f"{name} {by}", script, speech.pcm))
    for announcer in announcers.values():
        await announcer.close()
    return bursts


def kept(folder: Path, name: str, script: Script, pcm: bytes) -> dict[str, Any]:
    """Write one burst; what was measured of it."""
    signal = samples(pcm) / 32768
    with wave.open(str(folder / f"{name}.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(pcm)
    (folder / f"{name}.png").write_bytes(picture(signal))
    return {"name": name, "text": script.text, "seconds": len(signal) / RATE, "lufs": loudness(signal)}


def page(shown: list[dict[str, Any]]) -> str:
    """All of it to play and to look at."""
    rows = "".join(
        f"<h2>{html.escape(one['name'])}</h2><p>{html.escape(one['text'])}</p>"
        f"<p>{one['seconds']:.1f} s · {one['lufs']:.1f} LUFS</p>"
        f"<audio controls src='{one['name']}.wav'></audio><div class=s><img src='{one['name']}.png'></div>"
        for one in shown
    )
    style = "body{font-family:sans-serif;max-width:70em;margin:2em auto}.s{overflow-x:auto;background:#000}"
    return f"<!doctype html><meta charset=utf-8><title>试听 Listen</title><style>{style}</style>{rows}"


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "var/listen")
    folder.mkdir(parents=True, exist_ok=True)
    shown = [kept(folder, *burst) for burst in asyncio.run(made())]
    (folder / "index.html").write_text(page(shown), "utf-8")
    for one in shown:
        print(f"{folder / one['name']}.wav  {one['seconds']:5.1f} s  {one['lufs']:6.1f} LUFS")
    print(f"看和听 / look and listen: {folder / 'index.html'}")


if __name__ == "__main__":
    main()
