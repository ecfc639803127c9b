"""How many first readings of warnings are said by the neural voice.

`python tests/listening/first_readings.py [DIR] [--real]` takes every warning of a folder (ours where none is
named) and lets the real announcer say it in virtual time, with a voice that takes as long as the real one was
measured to take. Nothing is heard, and the machine's own pace does not matter. With `--real` the real voice
says some of the texts first, and its sound and its seconds of processor are taken.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from gateway.model.plan import Script
from gateway.model.speaker import Hearing, Roster
from gateway.voice.account import Account
from gateway.voice.announcer import Announcer
from gateway.voice.cuts import Cuts
from gateway.voice.engines import Lengths
from gateway.voice.mandarin.lexicon import OURS as NAMES
from gateway.voice.phrasing import phrased
from gateway.voice.piece import Piece
from gateway.voice.repertoire import Past, repertoire
from tests.support.paced_voice import AtOnce, Paced, Rehearsed
from tests.support.replayed_voice import Replayed, said
from tests.support.toy_voice import Toy
from tests.support.virtual_time import VirtualLoop
from tests.support.warning_texts import OURS, Text, texts

LENGTHS = Lengths(5, 25)
"""Those of Kokoro."""
SLOWER = (1.0, 2.0, 3.0, 5.0)
"""Machines: the measured one, and slower ones. A Raspberry Pi 4 is slower than speech."""
SAMPLE = 8
"""Texts that the real voice says, some minutes of work."""
ISSUERS = 3
"""So many issuers of the folder count as known to the site (gateway/app/lately.py)."""
NOW = datetime(2027, 7, 28, 2, 5, tzinfo=UTC)


class Measure(NamedTuple):
    """The first readings of all texts on one machine."""

    slower: float
    rehearsed: bool
    accounts: tuple[Account, ...]

    @property
    def share(self) -> float:
        """The share of first readings that the neural voice said from the first word to the last."""
        whole = sum(account.voices == ("kokoro",) for account in self.accounts)
        return whole / max(1, len(self.accounts))


def known(several: Sequence[Text], roster: Roster = Roster(1, (), ())) -> frozenset[Piece]:
    """What the voice of a site rehearses that has heard of the first issuers of these texts."""
    issuers = [
        name for name, _ in Counter(text.issuer for text in several if text.issuer).most_common(ISSUERS)
    ]
    said = repertoire(lambda text: phrased(text, NAMES, LENGTHS), roster, Past(tuple(issuers)), NOW)
    return frozenset(piece for pieces in said for piece in pieces)


async def first(script: Script, voice: Toy, kept: Collection[Piece]) -> Account:
    """Who says the first reading of a script on a machine that does nothing else."""
    announcer = Announcer(AtOnce(), chosen=voice, shelf=Rehearsed(voice, kept))
    await announcer.speech(script, 1, Hearing())
    (account,) = announcer.said
    await announcer.close()
    return account


def measured(
    several: Sequence[Text], slower: float, kept: Collection[Piece], neural: Toy | None = None
) -> Measure:
    """All texts, one after another, each on a machine that has heard none of them.

    With a voice of the measured pace unless another one is given.
    """
    accounts: list[Account] = []
    for text in several:
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            accounts.append(runner.run(first(text.script, neural or Paced(LENGTHS, slower), kept)))
    return Measure(slower, bool(kept), tuple(accounts))


def replayed(several: Sequence[Text]) -> Replayed:
    """The real voice with its sound of every piece of these texts. It takes minutes."""
    cuts, lengths_of = Cuts(AtOnce(), NAMES), Replayed({})
    pieces = [piece for text in several for piece in cuts.new(lengths_of, text.script.sentences)]
    return Replayed(asyncio.run(said(pieces)))


def main() -> None:
    logging.disable(logging.CRITICAL)
    words = [word for word in sys.argv[1:] if not word.startswith("--")]
    folder = Path(words[0]) if words else OURS
    several = texts(folder)
    kept = known(several)
    if "--real" in sys.argv:
        few = several[:: max(1, len(several) // SAMPLE)][:SAMPLE]
        neural = replayed(few)
        for held in (kept, frozenset[Piece]()):
            told = Counter(str(account) for account in measured(few, 1.0, held, neural).accounts)
            print(f"the real voice, {len(few)} texts, {len(held)} pieces rehearsed: {dict(told)}")
        return
    print(f"{folder}: {len(several)} texts, {len(kept)} pieces rehearsed")
    for slower in SLOWER:
        for rehearsed in (True, False):
            measure = measured(several, slower, kept if rehearsed else frozenset())
            told = Counter(str(account) for account in measure.accounts)
            print(
                f"{slower:g} times as slow, {'rehearsed' if rehearsed else 'not rehearsed'}: "
                f"{100 * measure.share:.0f} % neural  {dict(told)}"
            )


if __name__ == "__main__":
    main()
