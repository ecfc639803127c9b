"""The sound of a voice is checked before it is heard: it must be whole, audible, and its words only.

Services cut speech off without an error (edge-tts 7.3.1), and models can drop, repeat or invent sounds. Half
a warning is worse than the offline voice. The limits are the voice's own (`Bounds`).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from drivers.sound import Samples
from gateway.voice import CannotSay
from gateway.voice.engines import Bounds, Heard
from gateway.voice.piece import Piece
from gateway.voice.sound.pace import syllables
from gateway.voice.sound.resampling import takes

FRAME_S = 0.01
"""The sound is looked at in frames of this length."""
SILENT_DB = -50.0
"""A frame under this level is silence. Kokoro's own silence is near -90 dB and its speech near -20 dB. Our
choice."""
EDGE_S = 0.03
"""Silence that stays at both ends: a voiceless sound begins and ends under the level. Our choice."""
PAUSE_S = 0.12
"""A longer silence inside is a pause. The closure of a t or a k is shorter."""
FEW = 5
"""A piece of fewer syllables is said more slowly."""
HISSES, BREATHS = ("s", "sh", "x", "q", "ch", "c"), ("p", "t", "k", "f", "h")
"""Initials that begin without voice for some time."""
PART_S = 0.03
"""A frame is judged together with the two behind it: the periods of a low voice are 14 ms long."""
VOICED_FRAMES = 3
"""So many voiced frames in a row are a voice."""
VOICE_HZ = (60, 400)
"""Pitches of a voice."""
PERIODIC = 0.7
"""A frame is voiced if it is so like itself one period later. Our choice."""

Signal = NDArray[np.float64]


def vetted(piece: Piece, heard: Heard, bounds: Bounds) -> Samples:
    """The sound of a piece without the silence at its ends.

    Raises CannotSay, with what is wrong, if the sound does not keep the bounds of its voice.
    """
    if not takes(heard.rate):
        raise CannotSay(f"{heard.rate} Hz is no rate of speech")
    frame = int(FRAME_S * heard.rate)
    count = len(heard.sound) // frame
    signal = heard.sound.astype(np.float64) / 32768
    power = np.square(signal[: count * frame]).reshape(count, frame).mean(1)
    levels = 10 * np.log10(power + 1e-12)
    sounding = np.flatnonzero(levels > SILENT_DB)
    if not len(sounding):
        raise CannotSay("it is silent")
    first, last = int(sounding[0]), int(sounding[-1]) + 1
    _whole(piece, bounds, first * FRAME_S, (last - first) * FRAME_S, (count - last) * FRAME_S)
    _unbroken(piece, bounds, sounding)
    speech = signal[first * frame : last * frame]
    _loud(bounds, speech, levels[first:last])
    if _voiced_within(speech, heard.rate, _breath_s(piece, bounds)):
        raise CannotSay("a voice sounds before its first consonant")
    edge = int(EDGE_S * heard.rate)
    return heard.sound[max(0, first * frame - edge) : last * frame + edge]


def _whole(piece: Piece, bounds: Bounds, lead_s: float, speech_s: float, tail_s: float) -> None:
    """Raises CannotSay if the speech is too short or too long for its words, or has no silence around it."""
    count = syllables(piece)
    least, most = bounds.shortest_s * count, bounds.longest_s * count
    if count < FEW:
        few = bounds.few_s or (bounds.shortest_s, bounds.longest_s * (count + 2) / count)
        least, most = few[0] * count, few[1] * count
    if not least <= speech_s <= most:
        raise CannotSay(f"{count} syllables in {speech_s:.1f} s are not the whole of it, or too much")
    if lead_s < bounds.lead_s or tail_s < bounds.tail_s:
        raise CannotSay(f"it is cut off: {lead_s:.2f} s of silence before it, {tail_s:.2f} s behind it")


def _unbroken(piece: Piece, bounds: Bounds, sounding: NDArray[np.intp]) -> None:
    """Raises CannotSay if the speech has a long gap, or more pauses than its marks ask for."""
    gaps_s = (np.diff(sounding) - 1) * FRAME_S
    if (longest := float(gaps_s.max(initial=0))) > bounds.gap_s:
        raise CannotSay(f"it is silent for {longest:.1f} s in its middle")
    pauses = int((gaps_s > PAUSE_S).sum())
    marks = sum(bool(word.mark) for word in piece.words)
    if bounds.paused and pauses > marks + 1:
        raise CannotSay(f"{pauses} pauses and {marks} marks")


def _loud(bounds: Bounds, speech: Signal, levels: Signal) -> None:
    """Raises CannotSay if it is too quiet, too loud, or as even as no speech is."""
    peak, level = float(np.abs(speech).max()), float(10 * np.log10(np.square(speech).mean() + 1e-12))
    if not bounds.peak[0] <= peak <= bounds.peak[1]:
        raise CannotSay(f"its peak is {peak:.2f} of full scale")
    if not bounds.level_db[0] <= level <= bounds.level_db[1]:
        raise CannotSay(f"its level is {level:.0f} dB")
    spread = float(np.percentile(levels, 90) - np.percentile(levels, 10))
    if spread < bounds.spread_db:
        raise CannotSay(f"it is no speech: its level changes by {spread:.0f} dB only")


def _breath_s(piece: Piece, bounds: Bounds) -> float:
    """How soon a voice may sound in it. 0 where it may sound at once."""
    first = "".join(piece.words[0].syllables[:1])
    if first.startswith(HISSES):
        return bounds.onset_s[0]
    return bounds.onset_s[1] if first.startswith(BREATHS) else 0.0


def _voiced_within(speech: Signal, rate: int, seconds: float) -> bool:
    """Whether a voice begins within so many seconds."""
    if not seconds:
        return False
    frame, length = int(FRAME_S * rate), int(PART_S * rate)
    starts = range(round(seconds / FRAME_S) + VOICED_FRAMES - 1)
    run = 0
    for start in starts:
        run = run + 1 if _periodic(speech[start * frame : start * frame + length], rate) else 0
        if run == VOICED_FRAMES:
            return True
    return False


def _periodic(part: Signal, rate: int) -> bool:
    """Whether a part of PART_S is voiced."""
    part = part - part.mean()
    power = np.square(np.abs(np.fft.rfft(part, 2 * len(part))))
    likeness = np.fft.irfft(power)[: len(part)]
    low, high = rate // VOICE_HZ[1], min(rate // VOICE_HZ[0], len(part) * 2 // 3)
    if high <= low or likeness[0] <= 0:
        return False
    energy = np.concatenate([[0.0], np.square(part).cumsum()])
    lags = np.arange(low, high)
    both = np.sqrt(energy[len(part) - lags] * (energy[-1] - energy[lags]))
    return bool((likeness[low:high] / (both + 1e-12)).max() > PERIODIC)
