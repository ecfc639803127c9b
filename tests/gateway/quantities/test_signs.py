"""Whether a dash before a number is its minus, is none, or may be either."""

from __future__ import annotations

import pytest

from gateway.quantities.signs import minus


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("最高气温|-5℃", True),
        ("降温|—5℃", True),
        ("28日|-5~3℃", True),
        ("气温5~|-3℃", True),
        ("气温5-|-3℃", True),
        ("较昨日|-0.35米", True),
        ("8时|-0.35米", True),
        ("水位|-0.5", True),
        ("最低|-8", True),
        ("|-5℃", True),
        ("位移|-3mm", True),
        ("（|-0.5米", True),
        ("，|-30%", True),
        ("最高/最低12/|-3℃", True),
        ("雨量：|-50毫米", None),
        ("蓄水率|-85%", None),
        ("气温5|-8℃", False),
        ("5℃|-8℃", False),
        ("近3小时|-50毫米", False),
        ("50mm|-80mm", False),
        ("五|-八级", False),
        ("石桥村|-5组", None),
        ("预计|-5日", None),
        ("时限|-2小时", None),
        ("转移——|-5人", None),
        ("|-5人", None),
    ],
)
def test_the_neighbours_of_a_dash_tell(text: str, answer: bool | None) -> None:
    assert minus(text.replace("|", ""), text.index("|")) is answer
