"""Another normaliser, wetext, reads our golden texts. A person has looked at each difference
(second_opinion.toml).

In every one of them our words stand. A new difference is a question for a person; a text without a difference
is taken from the list. `make prove` alone installs wetext.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from gateway.voice.text.spoken import spoken
from tests.support.golden_texts import GOLDEN, ROWS
from tests.support.nasty import FOLDER

pytestmark = [pytest.mark.slow]

REVIEWED = Path(__file__).with_name("second_opinion.toml")
ALIKE = (("零下", "负"), ("两", "二"), ("幺", "一"), ("点整", "点"), ("时整", "时"), ("到", "至"))
"""Two ways to say the same thing: no difference."""


def texts() -> list[str]:
    """Every golden text, and what the nasty set of warnings says with digits in it."""
    warnings = (
        path.read_text("utf-8", "replace")
        for path in sorted(FOLDER.iterdir())
        if path.suffix in (".xml", ".json")
    )
    said = [
        text.strip()
        for document in warnings
        for text in re.findall(r'[^<>"{}\n]*[\u4e00-\u9fff][^<>"{}\n]*', document)
    ]
    return list(
        dict.fromkeys(
            [*(row[0] for row in ROWS), *GOLDEN, *(text for text in said if re.search(r"\d", text))]
        )
    )


def bare(words: str) -> str:
    words = re.sub(r"\W", "", words)
    for one, other in ALIKE:
        words = words.replace(one, other)
    return words


def test_where_a_second_normaliser_says_it_otherwise_a_person_has_looked() -> None:
    from wetext import Normalizer

    theirs = Normalizer(lang="zh", operator="tn")
    asked = texts()
    assert len(asked) > 450
    differ = {
        text: opinion for text in asked if bare(spoken(text).words) != bare(opinion := theirs.normalize(text))
    }
    reviewed = {
        text: opinion
        for why in tomllib.loads(REVIEWED.read_text("utf-8")).values()
        for text, opinion in why["theirs"].items()
    }
    assert differ == reviewed
