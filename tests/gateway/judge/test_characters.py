"""A name in rare characters is flagged before anything is sent."""

from __future__ import annotations

from gateway.model.reason import Reason
from gateway.model.verdict import Air
from tests.support.judge_cases import alert, ask, info


def test_characters_that_chips_lack_are_flagged_and_named() -> None:
    verdict = ask(alert(infos=(info(description="䶮家湾、𠮷安村将有暴雨，请立即转移。"),))).verdict
    assert isinstance(verdict, Air)
    (flag,) = [flag for flag in verdict.flags if flag.reason is Reason.RARE_CHARACTERS]
    assert flag.fields == {"characters": "䶮𠮷"}


def test_common_names_are_not() -> None:
    verdict = ask(alert(infos=(info(),))).verdict
    assert isinstance(verdict, Air)
    assert Reason.RARE_CHARACTERS not in [flag.reason for flag in verdict.flags]
