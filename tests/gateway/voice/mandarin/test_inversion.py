"""A lexicon of characters is turned round: which tokens a syllable has, also where no character has it."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache

import pytest

from gateway.voice.engines.conventions import spelt
from gateway.voice.engines.layout import with_tone
from gateway.voice.mandarin import dictionary
from gateway.voice.mandarin.inversion import Inversion, NoMandarin, inverted
from gateway.voice.mandarin.parts import NEAREST
from gateway.voice.mandarin.scheme import Scheme
from gateway.voice.sound.slices import at_once
from tests.gateway.voice.mandarin.test_scheme import EVERY, READINGS
from tests.support.model_folders import BAKER, FIRST_LEVELS, INITIALS, PADDLE, WHOLE

Entry = tuple[str, tuple[str, ...]]
FOUR_TONES = {"1": "→", "2": "↑", "3": "↓ ↑", "4": "↓", "5": ""}
"""The arrows of models whose tokens are phonetic letters: two for the third tone, none for the neutral."""
LETTERS = {"zh": "ʈ ʂ", "ch": "ʈ ʂ ʰ", "sh": "ʂ", "b": "p", "p": "p ʰ", "ng": "ŋ"}


@cache
def readings() -> dict[str, str]:
    return dict(dictionary.characters())


def phonetic(syllable: str) -> tuple[str, ...] | None:
    """Single letters with arrows at the end, as the models of the cleaners for Chinese have them."""
    spelt = PADDLE.spelt(syllable)
    if not spelt:
        return None
    letters = " ".join(
        LETTERS.get(token, " ".join(token)) for token in (*spelt[:-1], spelt[-1].rstrip("12345"))
    )
    return tuple(f"{letters} {FOUR_TONES[syllable[-1]]}".split())


def apart(syllable: str) -> tuple[str, ...] | None:
    """Each token with the tone of its syllable, as MeloTTS has them."""
    spelt = INITIALS.spelt(syllable)
    return tuple(with_tone(token.rstrip("12345"), syllable[-1]) for token in spelt) if spelt else None


Way = Scheme | str


def speller(way: Way) -> Callable[[str], tuple[str, ...] | None]:
    """How this way writes a syllable."""
    return way.spelt if isinstance(way, Scheme) else {"phonetic": phonetic, "apart": apart}[way]


def known(way: Way) -> set[str]:
    """The tokens of all syllables."""
    spell = speller(way)
    return {token for syllable in EVERY for token in spell(syllable) or ()}


def lexicon(way: Way, signs: list[str]) -> list[Entry]:
    spell = speller(way)
    return [(sign, tokens) for sign in signs if (tokens := spell(readings().get(sign, "")))]


@pytest.mark.parametrize("way", [BAKER, PADDLE, WHOLE, INITIALS, "phonetic", "apart"])
def test_every_syllable_of_mandarin_gets_the_tokens_that_the_lexicon_would_write(way: Way) -> None:
    """Calls without a vowel apart: they are said by the syllable that sounds most like them."""
    spell = speller(way)
    inversion = at_once(inverted(lexicon(way, FIRST_LEVELS), readings(), known(way)))
    for syllable in EVERY:
        if syllable[:-1] in NEAREST:
            assert spelt(syllable, inversion)
        else:
            assert inversion.spelt(syllable) == spell(syllable), syllable
    assert inversion.spelt("") is inversion.spelt("zhong") is inversion.spelt("啊5") is None


@pytest.mark.slow
@pytest.mark.parametrize("way", [BAKER, PADDLE, WHOLE, INITIALS])
@pytest.mark.parametrize(("seed", "other", "kept"), [(1, 0.3, 1.0), (2, 0.2, 0.4), (3, 0.1, 0.7)])
def test_a_lexicon_with_holes_and_other_readings_gives_no_wrong_syllable(
    way: Scheme, seed: int, other: float, kept: float
) -> None:
    """Readings by which a character is also read: 地 is de5 or di4. A syllable may
    be missing then, but it is never another one."""
    chance = random.Random(seed)
    signs = [sign for sign in FIRST_LEVELS if chance.random() < kept]
    entries = [
        (sign, way.spelt(chance.choice(READINGS[sign])) or tokens if chance.random() < other else tokens)
        for sign, tokens in lexicon(way, signs)
    ]
    inversion = at_once(inverted(entries, readings(), known(way)))
    told = {syllable: inversion.spelt(syllable) for syllable in EVERY if syllable[:-1] not in NEAREST}
    wrong = {syllable for syllable, tokens in told.items() if tokens not in (None, way.spelt(syllable))}
    assert not wrong


def test_a_tone_whose_mark_the_model_lacks_is_not_made_up() -> None:
    tokens = known(PADDLE) - {"ia3"}
    inversion = at_once(inverted(lexicon(PADDLE, FIRST_LEVELS), readings(), tokens))
    assert inversion.spelt("dia3") is None
    assert inversion.spelt("dia4") == ("d", "ia4")


def test_a_lexicon_of_another_language_is_refused() -> None:
    """Of Cantonese, the readings of characters with one Mandarin syllable are many."""
    chance = random.Random(852)
    endings = ["aa1", "ik6", "yut3", "oeng4", "au5", "am2", "eoi6", "ung1"]
    cantonese = [(sign, (chance.choice("bpmfdtgkhjwzcs"), chance.choice(endings))) for sign in FIRST_LEVELS]
    with pytest.raises(NoMandarin) as refusal:
        at_once(inverted(cantonese, readings(), {token for _, spelt in cantonese for token in spelt}))
    assert refusal.value.same < refusal.value.characters / 3
    with pytest.raises(NoMandarin):
        at_once(inverted([], readings(), ()))


def test_readings_are_learnt_from_what_most_characters_say() -> None:
    entries = [(sign, ("sh", "uei3") if syllable == "shui3" else ("x", syllable)) for sign, syllable in [
        ("水", "shui3"), ("谁", "shei2"), ("税", "shui4"),
    ]]  # fmt: skip
    inversion: Inversion = at_once(inverted(entries, {"水": "shui3", "谁": "shei2", "税": "shui4"}, ()))
    assert inversion.spelt("shui3") == ("sh", "uei3")


def test_a_syllable_is_never_written_as_one_that_is_beyond_doubt() -> None:
    """Of 女 few characters speak; nu4 is 怒, of which many do."""
    told = Inversion(
        heard={"nu4": ("nu4", 9)},
        marks={tone: tone for tone in "12345"},
        stems={"nv": ("nu\0", 1), "nu": ("nu\0", 9)},
        firsts={"n": "n"},
        rests={},
        regular=False,
        tokens={"nu3", "nu4"},
        taken=frozenset({"nu4"}),
    )
    assert told.spelt("nu4") == ("nu4",)
    assert told.spelt("nv4") is None
    assert told.spelt("nu3") == ("nu3",)
