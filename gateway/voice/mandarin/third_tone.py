"""The sandhi of the third tone, for models that were trained on syllables as they are spoken.

Before a third tone a third tone becomes a second one. Most voices do so by themselves. Models of Biaobei's
corpus do not: its transcripts say ka2 er2 pu3 for 卡尔普, so a third tone is spoken as it is written.
"""

from __future__ import annotations

from collections.abc import Sequence

from gateway.voice.piece import Word


def changed(words: Sequence[Word]) -> list[tuple[str, ...]]:
    """The syllables of each word as they are spoken.

    Inside a word every third tone before a third tone changes: zhan2 lan2 guan3. A word of one syllable
    changes before the next word as that is spoken (五点: wu2 dian3; 买水果: mai3 shui2 guo3), where no mark
    is between. Longer words do not: a speaker who is slow and clear parts them.
    """
    spoken = [_inside(word.syllables) for word in words]
    for place in range(len(words) - 2, -1, -1):
        following = spoken[place + 1]
        if len(spoken[place]) == 1 and not words[place].mark and following:
            spoken[place] = _inside((*spoken[place], following[0]))[:1]
    return spoken


def _inside(syllables: tuple[str, ...]) -> tuple[str, ...]:
    before_third = [following.endswith("3") for following in syllables[1:]]
    return tuple(
        one[:-1] + "2" if one.endswith("3") and any(before_third[place : place + 1]) else one
        for place, one in enumerate(syllables)
    )
