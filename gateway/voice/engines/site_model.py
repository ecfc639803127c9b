"""A model that a site brings, once it is loaded: how it wants its sentences, and how it spells.

Everything that can be wrong with it is found here, before it says a word.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from gateway.voice import CannotSay
from gateway.voice.engines.conventions import Conventions, Spelling, conventions, spelt
from gateway.voice.engines.layout import APART, FolderWrong, Layout, lines, with_tone, word
from gateway.voice.engines.onnx_process import Described, Tensor, Tensors
from gateway.voice.engines.signature import TONES, Numbers, roles, spectrum, turned
from gateway.voice.mandarin import dictionary
from gateway.voice.mandarin.inversion import NoMandarin, inverted
from gateway.voice.mandarin.scheme import schemes
from gateway.voice.sound.slices import Slices
from gateway.voice.sound.spectrum import Frames, inverse

AT_ONCE = 2000
"""Lines that are read between two pauses: two milliseconds."""
COMMON = [bytes((row, cell)) for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF)]
"""The 3,755 most common characters (GB 2312, level 1). A model must have tokens for their syllables."""
ENOUGH = 200
"""Words of two third tones that show whether a lexicon writes them as they are spoken. Our choice."""
SHOWN = 20
"""Syllables that are named where many are missing."""

Entry = tuple[str, ...]
"""The tokens of a word in a lexicon."""


@dataclass(frozen=True)
class SiteModel:
    """A loaded model, and its vocoder if it has one."""

    model: Described
    vocoder: Described | None
    conventions: Conventions
    spelling: Spelling
    missing: tuple[str, ...]
    """Rare syllables that it cannot say. Common ones are never missing."""

    @property
    def frames(self) -> tuple[Tensor, Tensor]:
        """The model's output that is a spectrum, and its vocoder's input."""
        assert self.vocoder
        taken = self.vocoder.inputs[0]
        return spectrum(self.model.outputs, taken), taken

    def taken(self, made: Tensors) -> dict[str, Numbers]:
        """What the vocoder takes of what the model made. Raises FolderWrong."""
        given, taken = self.frames
        return {taken.name: turned(made[given.name], given, taken)}

    def sound(self, made: Tensors) -> Slices[Numbers]:
        """The sound of what the model, or its vocoder, made. Raises CannotSay."""
        last = self.vocoder or self.model
        if not self.vocoder or len(last.outputs) == 1:
            yield
            return made[last.outputs[0].name].reshape(-1)
        magnitude, cosine, sine = (
            made[tensor.name].reshape(made[tensor.name].shape[-2:]) for tensor in last.outputs
        )
        try:
            result = yield from inverse(magnitude, cosine, sine, _frames(last))
        except ValueError as error:
            raise CannotSay(f"the vocoder's spectrum has another size: {error}") from error
        return result


def site_model(files: Layout, described: Sequence[Described]) -> Slices[SiteModel]:
    """What a folder holds, whose model and vocoder say this of themselves. Raises FolderWrong."""
    model, vocoder = described[0], described[1] if files.vocoder else None
    meant = set(roles(model.inputs).values())
    _check(model, vocoder)
    metadata = {**(vocoder.metadata if vocoder else {}), **model.metadata, **files.settings}
    wants = conventions(
        metadata,
        files.tokens,
        files.lexicon is not None,
        vocoder is not None,
        matcha=vocoder is not None and bool(meant & {"noise_scale", "scales"}),
    )
    readings: dict[str, str] = {}
    for count, (sign, syllable) in enumerate(dictionary.characters()):
        readings[sign] = syllable
        if count % AT_ONCE == 0:
            yield
    spelling, pairs = yield from _spelling(files, readings, TONES in meant)
    yield
    wants = replace(wants, sandhi=_sandhi(pairs, spelling) if pairs else wants.bordered)
    missing = _missing(spelling, {*readings.values()})
    common = {readings.get(octets.decode("gb2312", "ignore"), "") for octets in COMMON}
    if lacking := [syllable for syllable in missing if syllable in common]:
        raise FolderWrong(
            f"模型缺少 {len(lacking)} 个常用音节：{' '.join(lacking[:SHOWN])}。请检查 tokens.txt、lexicon.txt"
            f" 是否完整并属于这个模型 (no tokens for {len(lacking)} common syllables: are tokens.txt and "
            f"lexicon.txt whole, and this model's?)"
        )
    yield
    return SiteModel(model, vocoder, wants, spelling, tuple(missing))


def _check(model: Described, vocoder: Described | None) -> None:
    """Whether the two fit together. Raises FolderWrong."""
    if vocoder is None:
        return
    if len(vocoder.inputs) != 1 or len(vocoder.outputs) not in (1, 3):
        names = ", ".join(tensor.name for tensor in (*vocoder.inputs, *vocoder.outputs))
        raise FolderWrong(
            f"声码器的输入输出为 {names}，应为一个频谱输入，一个声音输出或 mag、x、y "
            f"(the vocoder has {names}: expected one spectrum in, and sound or mag, x, y out)"
        )
    spectrum(model.outputs, vocoder.inputs[0])
    _frames(vocoder)


def _frames(vocoder: Described) -> Frames:
    """How a vocoder's spectrum is cut. Raises FolderWrong."""
    notes = vocoder.metadata
    try:
        size, hop, window, centred, normalised = (int(notes.get(name, usual)) for name, usual in _CUT)
        frames = Frames(size, hop, window, bool(centred), bool(normalised))
    except ValueError:
        frames = Frames(0)
    if not frames.sound or notes.get("window_type", "hann") != "hann":
        seen = {name: notes.get(name, usual) for name, usual in _CUT}
        raise FolderWrong(
            f"声码器的元数据无效：{seen}，请重新下载声码器 (the vocoder's metadata: {seen}: fetch it again)"
        )
    return frames


_CUT = (("n_fft", 1024), ("hop_length", 256), ("win_length", 1024), ("center", 1), ("normalized", 0))
"""The vocoder's notes about its spectrum, with sherpa-onnx's defaults."""


def _spelling(
    files: Layout, readings: Mapping[str, str], toned: bool
) -> Slices[tuple[Spelling, list[tuple[str, Entry]]]]:
    """How the model spells syllables: by its lexicon, else by what its tokens look like.

    And the words of two third tones in the lexicon, with what stands there. Raises FolderWrong.
    """
    if files.lexicon is None:
        if (found := next(schemes(files.tokens), None)) and not toned:
            return found, []
        raise FolderWrong(
            "缺少 lexicon.txt，tokens.txt 也不是我们认识的拼音写法，请补上模型自带的 lexicon.txt "
            "(no lexicon.txt, and tokens.txt is no pinyin that we know: add the model's own lexicon.txt)"
        )
    entries: list[tuple[str, Entry]] = []
    pairs: list[tuple[str, Entry]] = []
    for number, line in lines(files.lexicon):
        if entry := word(files.lexicon, number, line, toned):
            said = [readings.get(sign, "") for sign in entry[0]]
            if len(said) == 1:
                entries.append(entry)
            elif len(pairs) < ENOUGH and all(syllable.endswith("3") for syllable in said):
                pairs.append((" ".join(said), entry[1]))
        if number % AT_ONCE == 0:
            yield
    known = _with_tones(files.tokens, entries) if toned else files.tokens
    whole = [entry for entry in entries if all(sign in known for sign in entry[1])]
    yield
    try:
        if 2 * len(whole) <= len(entries):
            raise NoMandarin(len(whole), len(entries))
        spelling: Spelling = yield from inverted(whole, readings, known)
    except NoMandarin as error:
        raise FolderWrong(
            f"lexicon.txt: {error.characters} 个单字中只有 {error.same} 个的记号可用，并与普通话读音一致；"
            f"请换用普通话模型自带的 lexicon.txt (of {error.characters} characters only {error.same} have "
            f"tokens of tokens.txt that go with Mandarin: take the lexicon.txt of a Mandarin model)"
        ) from error
    return spelling, pairs


def _with_tones(tokens: Collection[str], entries: list[tuple[str, Entry]]) -> Collection[str]:
    """Each token with each tone of the lexicon."""
    tones = {sign.partition(APART)[2] for _, signs in entries for sign in signs}
    return {with_tone(token, tone) for token in tokens for tone in tones}


def _sandhi(pairs: list[tuple[str, Entry]], spelling: Spelling) -> bool:
    """Whether a lexicon writes words of two third tones as they are spoken: with a second tone first."""
    spoken = written = 0
    for said, tokens in pairs:
        first, second = said.split(" ")
        rest = spelling.spelt(second) or ()
        spoken += tokens == (*(spelling.spelt(first[:-1] + "2") or ()), *rest)
        written += tokens == (*(spelling.spelt(first) or ()), *rest)
    return spoken > written


def _missing(spelling: Spelling, syllables: Collection[str]) -> list[str]:
    found = []
    for syllable in sorted(syllables):
        try:
            spelt(syllable, spelling)
        except CannotSay:
            found.append(syllable)
    return found
