"""The site's own sentence after a warning: by hazard and place, and only there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gateway.config.table import ConfigWrong
from gateway.model.region import Region
from gateway.model.reminder import Reminder
from gateway.site.seed import load_roster
from tests.support.judge_cases import ROSTER, alert, ask, info

WORDS = "青石镇应急办提醒：沟口的住户不要过河。"
RAIN = Reminder(WORDS, ("11B03",), (Region("341523104202"),))


def said(*reminders: Reminder, **changes: str) -> dict[tuple[str, ...], str]:
    answer = ask(alert(info(**changes)), roster=replace(ROSTER, reminders=reminders))
    assert answer.plan
    return {part.targets: part.script.text for part in answer.plan.parts}


def test_it_follows_the_quotation_at_the_speakers_it_is_for() -> None:
    texts = said(RAIN)
    assert texts[("slope",)].endswith(f"以上是舒城县气象台预警。{WORDS}")
    assert WORDS not in texts[("square",)]
    assert texts[("square",)].endswith("请相互转告，做好防范。")


def test_it_is_said_for_its_hazard_alone() -> None:
    other = replace(RAIN, hazards=("11B01",))
    assert list(said(other)) == [("square", "slope")]
    assert WORDS in said(replace(RAIN, hazards=(), regions=()))[("square", "slope")]


SEED = """
[[village]]
code = "341523104201"
name = "石桥村"
[[speaker]]
id = "square"
name = "广场"
region = "341523104201"
line = "line"
[[reminder]]
words = "青石镇应急办提醒：不要过河。"
"""


def test_a_site_file_names_it(tmp_path: Path) -> None:
    seed = tmp_path / "site.toml"
    seed.write_text(SEED + 'hazards = ["暴雨", "11A51"]\nregions = ["341523104000"]\n', "utf-8")
    roster = load_roster(seed, {"line"})
    assert (
        roster.reminder("square", "11B03")
        == roster.reminder("square", "11A51")
        == "青石镇应急办提醒：不要过河。"
    )
    assert roster.reminder("square", "11B06") == roster.reminder("nobody", "11B03") == ""


@pytest.mark.parametrize(
    ("line", "fault"),
    [('hazards = ["雨雨"]', "no hazard is called"), ('regions = ["3415"]', "12-digit code")],
)
def test_a_wrong_one_is_named(tmp_path: Path, line: str, fault: str) -> None:
    seed = tmp_path / "site.toml"
    seed.write_text(SEED + line, "utf-8")
    with pytest.raises(ConfigWrong, match=fault):
        load_roster(seed, {"line"})
