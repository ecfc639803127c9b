"""How many first readings of warnings are said by the neural voice.

`python tests/listening/first_readings.py [DIR]` takes every warning of a folder (ours where none is named)
and lets the real announcer say it in virtual time, with a voice that takes as long as the real one was
measured to take. Nothing is heard, and the machine's own pace does not matter.
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
from gateway.voice.engines import Lengths
from gateway.voice.mandarin.lexicon import OURS as NAMES
from gateway.voice.phrasing import phrased
from gateway.voice.piece import Piece
from gateway.voice.repertoire import Past, repertoire
from tests.support.paced_voice import AtOnce, Paced, Rehearsed
from tests.support.virtual_time import VirtualLoop
from tests.support.warning_texts import OURS, Text, texts

LENGTHS = Lengths(5, 25)
"""Those of Kokoro."""
SLOWER = (1.0, 2.0, 3.0, 5.0)
"""Machines: the measured one, and slower ones. A Raspberry Pi 4 is slower than speech."""
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


async def first(script: Script, slower: float, kept: Collection[Piece]) -> Account:
    """Who says the first reading of a script on a machine that does nothing else."""
    voice = Paced(LENGTHS, slower)
    announcer = Announcer(AtOnce(), chosen=voice, shelf=Rehearsed(voice, kept))
    await announcer.speech(script, 1, Hearing())
    (account,) = announcer.said
    await announcer.close()
    return account


def measured(several: Sequence[Text], slower: float, kept: Collection[Piece]) -> Measure:
    """All texts, one after another, each on a machine that has heard none of them."""
    accounts: list[Account] = []
    for text in several:
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            accounts.append(runner.run(first(text.script, slower, kept)))
    return Measure(slower, bool(kept), tuple(accounts))


def main() -> None:
    logging.disable(logging.CRITICAL)
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else OURS
    several = texts(folder)
    kept = known(several)
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
