"""Numbers in doubt are spelt out, each by itself. Dates and times are said as dates and times."""

from __future__ import annotations

import pytest

from gateway.quantities.figures import figures
from gateway.voice.text.doubt import spelt


@pytest.mark.parametrize(
    ("text", "words", "notes"),
    [
        ("共105户", "共一零五户", ("105",)),
        ("水位-1.05米", "水位负一点零五米", ("-1.05",)),
        ("气温-15℃", "气温零下一五摄氏度", ("-15",)),
        ("面积866 559km2", "面积八六六五五九平方公里", ("866 559",)),
        ("约1/16", "约十六分之一", ("1/16",)),
        ("2.3万人", "二点三万人", ("2.3万",)),
        ("2026年7月28日8时", "二零二六年七月二十八日八时", ("2026", "7", "28", "8")),
        ("2026-07-28 15:30", "二零二六年七月二十八日 十五点三十分", ("28", "30")),
        ("三个村", "三个村", ()),
        ("", "", ()),
    ],
)
def test_a_number_is_spelt_and_a_date_is_said(text: str, words: str, notes: tuple[str, ...]) -> None:
    said, named = spelt(text, figures(text))
    assert said == words
    assert set(notes) <= set(named)


def test_only_the_numbers_in_doubt_are_spelt() -> None:
    text = "3个村105户"
    assert spelt(text, figures(text)[1:]) == ("3个村一零五户", ("105",))
