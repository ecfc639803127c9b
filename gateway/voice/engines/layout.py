"""A folder with a model that a site brings, in the layout of sherpa-onnx (k2-fsa): which files are what.

- `model.onnx`: tokens become sound (VITS). Or `model-steps-3.onnx` or another name: tokens become a spectrum
  (Matcha, FastSpeech2), and a vocoder beside it (`vocos-22khz-univ.onnx`, `hifigan_v2.onnx`) makes its sound.
- `tokens.txt`: a token and its number in each line. A line with a number alone is the token of a space.
- `lexicon.txt`: a word and its tokens in each line. It may be missing where tokens are pinyin.
- `voice.toml`: what the model does not say of itself, under the names of its metadata. Nobody needs it whose
  model was made for sherpa-onnx.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from drivers.validation import not_toml
from gateway.voice import Gone

VOCODER = re.compile(r"voco|gan", re.IGNORECASE)
"""Names of vocoders: vocos, vocoder, hifigan, mb_melgan, pwgan."""
STEPS = tuple(f"model-steps-{steps}.onnx" for steps in (3, 4, 5, 6, 2))
"""The same Matcha model with more steps sounds better and is slower. sherpa-onnx's documentation takes
three."""
VERSION = 1
"""Counts changes of how syllables become tokens: sound that was kept before is made again."""
EDGE = 1 << 18
"""Bytes at each end of a file that its name depends on."""
MOST_BYTES = 64_000_000
"""Of a text file. The largest lexicon known has 10 MB. Our choice."""
MOST_TOKENS = 100_000
"""Our choice: a model of Mandarin has some hundred to two thousand."""
UNKNOWN = "未注明，由本单位自行选用 (unknown: the site's own choice)"
APART = "\x01"
"""Stands between a token and its tone in one sign. It is no white space."""
SHOWN = 40
"""Characters of a wrong line that are shown."""

_HAN = re.compile(r"[\u3400-\u9fff]{1,2}")
_LICENCE = re.compile(r"licen[cs]e\s*[:：]\s*(.+)", re.IGNORECASE)


class FolderWrong(Gone):
    """A folder holds no model that can be used: nothing can be said until it is mended.

    Its text says the file, the line, what was seen and expected, and what to do, in Chinese and in English.
    """


@dataclass(frozen=True)
class Layout:
    """The files of a folder."""

    model: Path
    """Takes tokens."""
    vocoder: Path | None
    """Makes sound of the model's spectrum, where the model makes no sound itself."""
    tokens: Mapping[str, int]
    """The numbers of the tokens."""
    lexicon: Path | None
    settings: Mapping[str, str]
    """The contents of voice.toml."""
    licence: str
    """In a few words, from a file LICENSE or README."""


def name(files: Layout) -> str:
    """The name of the voice. It changes with every file that has a say in the sound, and with our own rules.

    Of a large file it takes the size, the time of its last change, and both ends: a model of 120 MB would
    hold up the start of the gateway. Raises FolderWrong.
    """
    digest = sha256(repr((VERSION, files.tokens, sorted(files.settings.items()))).encode())
    try:
        for path in filter(None, (files.model, files.vocoder, files.lexicon)):
            with path.open("rb") as file:
                status = os.fstat(file.fileno())
                digest.update(repr((path.name, status.st_size, status.st_mtime_ns)).encode())
                digest.update(file.read(EDGE))
                file.seek(max(0, status.st_size - EDGE))
                digest.update(file.read(EDGE))
    except OSError as error:
        raise _unreadable(files.model.parent, error) from error
    return f"folder {digest.hexdigest()[:16]}"


def layout(folder: Path) -> Layout:
    """The files of a folder. Raises FolderWrong."""
    if not folder.is_dir():
        raise FolderWrong(
            f"{folder}: 没有这个文件夹，请检查 [voice] folder (no such folder: look at [voice] folder)"
        )
    try:
        model, vocoder = _models(folder)
        lexicon = folder / "lexicon.txt"
        return Layout(
            model,
            vocoder,
            tokens(folder / "tokens.txt"),
            lexicon if lexicon.is_file() else None,
            _settings(folder / "voice.toml"),
            _licence(folder),
        )
    except OSError as error:
        raise _unreadable(folder, error) from error


def _unreadable(folder: Path, error: OSError) -> FolderWrong:
    return FolderWrong(f"{folder}: 无法读取，请检查权限 (cannot be read: {error})")


def _models(folder: Path) -> tuple[Path, Path | None]:
    """The model and its vocoder, if it has one."""
    found = {path.name: path for path in sorted(folder.glob("*.onnx"))}
    whole = [
        path
        for name, path in found.items()
        if name.replace(".int8.", ".") not in found or ".int8." not in name
    ]
    vocoders = [path for path in whole if VOCODER.search(path.name)]
    models = [path for path in whole if path not in vocoders]
    chosen = [found[name] for name in ("model.onnx", *STEPS) if name in found][:1] or models
    if len(chosen) != 1 or len(vocoders) > 1:
        seen = ", ".join(found) or "-"
        raise FolderWrong(
            f"{folder}: 应有一个 model.onnx，最多一个声码器（vocos*.onnx、hifigan*.onnx），现有 {seen}。"
            f"请只保留要用的文件 (expected one model.onnx, at most one vocoder, saw {seen}: keep one)"
        )
    return chosen[0], vocoders[0] if vocoders else None


def lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of a text file with their numbers, without empty ones. Raises FolderWrong and OSError."""
    if not path.is_file():
        raise FolderWrong(
            f"{path.name}: 缺少此文件，请从模型的来源重新下载 (missing: fetch it again from its source)"
        )
    if (size := path.stat().st_size) > MOST_BYTES:
        raise FolderWrong(f"{path.name}: {size} 字节，过大 (too large)")
    number = 0
    try:
        with path.open(encoding="utf-8-sig") as file:
            for number, line in enumerate(file, 1):
                if line.strip("\r\n"):
                    yield number, line.rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise FolderWrong(
            f"{path.name} 第 {number + 1} 行之后: 不是 UTF-8 文本，请重新下载 "
            f"(after line {number}: no UTF-8: fetch it again)"
        ) from error


def wrong(path: Path, number: int, line: str, expected: str) -> FolderWrong:
    """The error of a line. `expected` is in Chinese and in English."""
    return FolderWrong(f"{path.name} 第 {number} 行: 读到 (line {number}, saw) {line[:SHOWN]!r}，{expected}")


def tokens(path: Path) -> dict[str, int]:
    """The numbers of the tokens in a tokens.txt. Raises FolderWrong and OSError."""
    found: dict[str, int] = {}
    for number, line in lines(path):
        *token, written = line.split() or [""]
        if len(token) > 1 or not written.isascii() or not written.isdigit() or int(written) >= MOST_TOKENS:
            raise wrong(
                path, number, line, "应为一个记号和它的编号，例如 a1 28 (expected a token and its number)"
            )
        found.setdefault(token[0] if token else " ", int(written))
    if not found:
        raise FolderWrong(f"{path.name}: 空文件，请重新下载 (empty: fetch it again)")
    return found


def word(path: Path, number: int, line: str, toned: bool) -> tuple[str, tuple[str, ...]] | None:
    """A word of a lexicon.txt with its tokens. None for one of more than two characters.

    `toned`: half of the line are the tones of its tokens; both are joined by `with_tone`. Raises FolderWrong.
    """
    written, *spelt = line.split() or [""]
    if not _HAN.fullmatch(written) or not spelt:
        return None
    if toned:
        half = len(spelt) // 2
        if len(spelt) % 2 or not all(tone.isascii() and tone.isdigit() for tone in spelt[half:]):
            raise wrong(path, number, line, "应为若干记号和同样多的声调 (expected tokens and as many tones)")
        spelt = [with_tone(*pair) for pair in zip(spelt[:half], spelt[half:], strict=True)]
    return written, tuple(spelt)


def with_tone(token: str, tone: str) -> str:
    """A token and its tone as one sign, for models that take tones apart."""
    return f"{token}{APART}{tone}"


def _settings(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    try:
        return {name: str(value) for name, value in tomllib.loads(path.read_text("utf-8")).items()}
    except tomllib.TOMLDecodeError as error:
        raise FolderWrong(f"{path.name}: {not_toml(error)}") from error
    except UnicodeDecodeError as error:
        raise FolderWrong(f"{path.name}: 不是 UTF-8 文本 (no UTF-8)") from error


def _licence(folder: Path) -> str:
    """What a file LICENSE or README says: its line "license: …", else its first line."""
    for name in ("LICENSE*", "LICENCE*", "README*", "MODEL_CARD*"):
        for path in sorted(folder.glob(name)):
            text = path.read_bytes()[:4096].decode("utf-8", "replace")
            if named := _LICENCE.search(text):
                return named[1].strip()[:SHOWN]
            first = next((line.strip("#* \t") for line in text.splitlines() if line.strip("#*- \t")), "")
            if first:
                return first[: 2 * SHOWN]
    return UNKNOWN
