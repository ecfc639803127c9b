"""The command line's tables: the API's JSON as people read it, in Chinese and English."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from rich.console import Console, RenderableType

from gateway.cli import tables
from gateway.cli.client import Client
from gateway.cli.findings import Finding
from gateway.i18n import name
from gateway.i18n.failed import Absent

KEY = "887784a2a238d9ffdbb8544dbf7bf70e"
VERDICT = {"name": "air", "sentence": "按转播规则播出。", "sentence_en": "Aired by rule."}
DELIVERY = {
    "speaker": "square",
    "name": "石桥村广场",
    "evidence": "sounding",
    "outcome": "played",
    "form": "text",
    "bursts": 2,
    "unproved": 1,
    "planned": 3,
    "sentence": "已播出。",
    "sentence_en": "Said.",
}
ALERT: dict[str, Any] = {
    "key": KEY,
    "identifier": "R2",
    "headline": "舒城县气象台发布暴雨红色预警信号",
    "verdict": VERDICT,
    "plans": [{"act": "warning", "class": "red", "deliveries": [DELIVERY]}],
}


def printed(what: RenderableType) -> list[str]:
    """The lines as a pipe gets them, without blanks around."""
    console = Console(width=200, highlight=False)
    with console.capture() as capture:
        console.print(what)
    return [line.strip() for line in capture.get().splitlines() if line.strip()]


def coloured(what: RenderableType) -> str:
    """The same as a terminal gets it, colours and all."""
    console = Console(
        width=200, highlight=False, force_terminal=True, color_system="standard", no_color=False
    )
    with console.capture() as capture:
        console.print(what)
    return capture.get()


def cells(line: str) -> list[str]:
    """The cells of a row: two blanks part them."""
    return [cell.strip() for cell in line.split("  ") if cell.strip()]


def row(what: RenderableType, word: str) -> list[str]:
    """The cells of the only row with this word."""
    (line,) = [line for line in printed(what) if word in line]
    return cells(line)


@pytest.mark.parametrize(
    ("lang", "heads"),
    [("zh", ["报警", "开始", "值班室", "原因"]), ("en", ["alarm", "since", "duty room", "why"])],
)
def test_alarms_that_ring_come_first_then_the_oldest(lang: str, heads: list[str]) -> None:
    def alarm(called: str, hour: int, **more: str) -> dict[str, Any]:
        since = f"2026-07-28T{hour:02}:00:00+08:00"
        return {"name": called, "since": since, "sentence": f"{called}。", **more}

    shown = tables.alarms(
        [alarm("young", 9), alarm("old", 7, acknowledged_by="李四"), alarm("rung", 8)], {"rung"}, lang
    )
    lines = printed(shown)
    assert cells(lines[0]) == heads
    assert [cells(line)[0] for line in lines[-3:]] == ["rung", "old", "young"]
    assert cells(lines[-3])[2] in {"响铃", "rings"}
    assert cells(lines[-2])[2] == "李四"
    assert cells(lines[-1]) == ["young", "2026-07-28T09:00:00+08:00", "young。"]


def test_what_was_taken_is_listed_by_key() -> None:
    shown = tables.accepted([{"key": KEY, "identifier": "R2"}, {"key": None}], "zh")
    assert row(shown, KEY) == [KEY, "R2"]


def test_a_speaker_tells_where_it_stands_and_what_it_said_last() -> None:
    rows = [
        {
            "id": "ferry",
            "name": "河湾渡口",
            "place": "河湾村",
            "region": "341523104202",
            "group": "上河组",
            "line": "bus",
            "unit": 1,
            "last": {"outcome": "silent", "sentence": "没有回答。", "sentence_en": "No answer."},
        },
        {
            "id": "hall",
            "name": "山背祠堂",
            "region": "341523104203",
            "line": "field",
            "unit": 2,
            "last": None,
        },
    ]
    assert row(tables.speakers(rows, "en"), "ferry") == [
        "ferry",
        "河湾渡口",
        "河湾村 上河组",
        "bus",
        "1",
        "silent",
        "No answer.",
    ]
    assert row(tables.speakers(rows, "zh"), "hall") == ["hall", "山背祠堂", "341523104203", "field", "2", "—"]


def test_warnings_are_listed_with_their_verdict() -> None:
    assert row(tables.alerts([ALERT], "zh"), KEY) == [KEY, ALERT["headline"], "播发", "按转播规则播出。"]
    assert row(tables.alerts([{**ALERT, "headline": ""}], "en"), KEY)[1] == "R2"
    assert printed(tables.alerts([], "zh")) == ["没有。"]
    assert printed(tables.alerts([], "en")) == ["None."]


def test_one_warning_tells_every_speaker_of_every_plan() -> None:
    shown = tables.alert(ALERT, "zh")
    lines = printed(shown)
    assert cells(lines[0]) == [KEY, ALERT["headline"]]
    assert cells(lines[1])[-1] == "按转播规则播出。"
    said = row(shown, "square")
    assert said[:2] == ["square", "石桥村广场"]
    assert said[-2:] == ["2/3 另 1 轮无回传", "已播出。"]
    assert row(tables.alert(ALERT, "en"), "square")[-1] == "Said."


def test_a_warning_of_which_nothing_is_known_yet_is_shown_without_plans() -> None:
    assert printed(tables.alert({"key": KEY}, "zh")) == [KEY]
    shown = tables.alert({**ALERT, "plans": [{"act": "warning"}, {"deliveries": [{"speaker": "a"}]}]}, "zh")
    assert row(shown, "0/") == ["a", "—", "0/"]


@pytest.mark.parametrize(
    ("outcome", "colour"),
    [("played", "32"), ("silent", "1;31"), ("refused", "31"), ("unproved", "90"), ("expired", "")],
)
def test_an_outcome_has_the_colour_of_what_it_means(outcome: str, colour: str) -> None:
    told = {**ALERT, "plans": [{"deliveries": [{"outcome": outcome}]}]}
    word = name(outcome, "en")
    (line,) = [line for line in coloured(tables.alert(told, "en")).splitlines() if word in line]
    assert (f"\x1b[{colour}m{word}" in line) is bool(colour)
    assert ("\x1b[" in line) is bool(colour)


def test_an_explanation_tells_the_rules_the_words_and_who_is_silent() -> None:
    told = {
        "identifier": "R2",
        "verdict": {**VERDICT, "flags": [{"sentence": "标题与级别不符。"}]},
        "steps": [{"rule": "admit.status", "field": "status", "saw": "Actual", "answer": "pass"}],
        "plans": [
            {
                "parts": [
                    {
                        "speakers": [{"id": "a", "name": "甲"}, {"id": "b", "name": "乙"}],
                        "text": "预警广播。",
                        "by_day": True,
                        "once": True,
                    },
                    {
                        "speakers": [{"id": "c", "name": "丙"}],
                        "text": "通知。",
                        "by_day": False,
                        "once": False,
                    },
                ]
            }
        ],
        "silent": [{"id": f"s{number}", "name": "村", "rules": ["area", "night"]} for number in range(45)],
    }
    shown = tables.explanation(told, "zh")
    lines = printed(shown)
    assert cells(lines[0]) == ["R2", "播发", "按转播规则播出。"]
    assert lines[1] == "⚑ 标题与级别不符。"
    assert row(shown, "Actual")[1:3] == ["status", "Actual"]
    assert row(shown, "a 甲") == ["a 甲、b 乙", "预警广播。（白天播）（只播一遍）"]
    assert row(shown, "c 丙") == ["c 丙", "通知。"]
    assert row(shown, "s39 村") == ["s39 村", "area, night"]
    assert not [line for line in lines if "s40" in line], "so many are listed and no more"


def test_quarantine_drills_and_findings_are_listed() -> None:
    held = {
        "number": 3,
        "at": "2026-07-28T09:00:00+08:00",
        "source": "county",
        "size": 20,
        "sentence": "不是 XML。",
    }
    assert row(tables.quarantine([held], "zh"), "county") == ["3", held["at"], "county", "20", "不是 XML。"]
    drill = {
        "number": 1,
        "start": "09:00",
        "end": "10:00",
        "source": "county",
        "places": ["河湾村", "石桥村"],
    }
    assert row(tables.drills([drill], "zh"), "county") == ["1", "09:00", "10:00", "county", "河湾村、石桥村"]
    found = tables.findings([Finding("线路 bus", True, "好"), Finding("时钟", False, "请对时")])
    assert [cells(line) for line in printed(found)] == [["✓", "线路 bus", "好"], ["✗", "时钟", "请对时"]]


def test_the_end_of_a_long_reason_is_never_cut_off() -> None:
    long = "认不出格式：像是网页，多半是登录页或报错页，请核对发送的地址和登录状态，然后重发。"
    row = {"number": 3, "at": "2026-07-28T09:00:00+08:00", "source": "county", "size": 20, "sentence": long}
    narrow = Console(width=80)
    with narrow.capture() as capture:
        narrow.print(tables.quarantine([row], "zh"))
    assert "…" not in capture.get()
    assert long in "".join(line[53:].strip() for line in capture.get().splitlines())


@pytest.mark.parametrize("text", ["\x1b[2Jgone", "a\nb", "a\rb", "\x9b31m", "[bold]x[/bold]", "\u202eolleh"])
def test_what_came_from_outside_may_not_steer_the_terminal(text: str) -> None:
    told = {**ALERT, "headline": text, "identifier": text}
    explained = {"identifier": text, "verdict": {}, "steps": [], "plans": [], "silent": []}
    for shown in (
        tables.alerts([told], "zh"),
        tables.alert(told, "zh"),
        tables.explanation(explained, "zh"),
        tables.accepted([{"key": KEY, "identifier": text}], "zh"),
    ):
        lines = printed(shown)
        assert not {character for line in lines for character in line if not character.isprintable()}
        assert [line for line in lines if text[-1] in line]
    if text.startswith("[bold]"):
        assert row(tables.alerts([told], "zh"), KEY)[1] == text, "no markup is read"


class Gateway(Client):
    """Answers one look after another; the last answer stays."""

    def __init__(self, *answers: Mapping[str, Any] | None) -> None:
        super().__init__("", "", "en")
        object.__setattr__(self, "answers", iter(answers))
        object.__setattr__(self, "asked", [])

    answers: Iterator[Mapping[str, Any] | None]
    asked: list[str]

    def get(self, path: str) -> Any:
        self.asked.append(path)
        answer = next(self.answers)
        if answer is None:
            raise Absent("not yet")
        return answer


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses between looks, which take no time here."""
    pauses: list[float] = []
    monkeypatch.setattr("gateway.cli.tables.time.sleep", pauses.append)
    return pauses


def followed(gateway: Gateway) -> list[str]:
    console = Console(width=200, highlight=False)
    with console.capture() as capture:
        tables.follow(gateway, KEY, console)
    return [line.strip() for line in capture.get().splitlines() if line.strip()]


def test_a_warning_is_followed_until_a_burst_has_ended_at_every_speaker(looks: list[float]) -> None:
    def deliveries(*outcomes: str) -> dict[str, Any]:
        return {**ALERT, "plans": [{"deliveries": [{**DELIVERY, "outcome": one} for one in outcomes]}]}

    planned = {**ALERT, "plans": [{"ended": None, "deliveries": []}]}
    gateway = Gateway(
        None, {**ALERT, "plans": []}, planned, deliveries("played", ""), deliveries("played", "silent")
    )
    lines = followed(gateway)
    assert gateway.asked == [f"alerts/{KEY}"] * 5
    assert looks == [tables.LOOK_S] * 4
    assert any("silent" in line for line in lines), "the last look stays on the screen"


@pytest.mark.parametrize(
    "over",
    [
        {**ALERT, "verdict": {"name": "store"}, "plans": []},
        {**ALERT, "verdict": {"name": "hold"}, "plans": []},
        {**ALERT, "plans": [{"ended": {"reason": "stopped"}, "deliveries": []}]},
    ],
)
def test_a_warning_that_will_not_sound_is_followed_no_longer(
    looks: list[float], over: dict[str, Any]
) -> None:
    followed(Gateway(over))
    assert looks == []


def test_a_warning_that_is_never_listed_is_given_up(looks: list[float]) -> None:
    with pytest.raises(Absent):
        followed(Gateway(*[None] * 20))
    assert len(looks) == tables.UNJUDGED + 1


def test_a_pipe_gets_lines_as_wide_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    tables.show(tables.alerts([{**ALERT, "headline": "长" * 60}], "zh"))
    assert "长" * 60 in capsys.readouterr().out


def test_an_explanation_shows_the_whole_text_and_beneath_it_what_was_left_out() -> None:
    text = "预警广播。" + "预计未来3小时有雨，" * 12 + "请注意防范。"
    part = {
        "speakers": [{"id": "square", "name": "广场"}],
        "text": text,
        "short": "预警广播。请注意防范。",
        "left": [{"words": "受低槽影响", "why": "cause"}, {"words": "\x1b[2J", "why": "past"}],
        "by_day": False,
        "once": False,
    }
    told = {"identifier": "R2", "verdict": {}, "steps": [], "plans": [{"parts": [part]}], "silent": []}
    shown = "".join(line.strip() for line in printed(tables.explanation(told, "zh")))
    joined = shown.replace(" ", "")
    assert text in joined.replace("square广场", "")
    assert "第二遍起：预警广播。请注意防范。" in joined
    assert "略去：受低槽影响（成因）" in joined
    assert "\x1b" not in shown
    assert "left out: 受低槽影响 (a cause)" in "".join(printed(tables.explanation(told, "en")))


def test_a_source_called_like_a_reason_keeps_its_name_in_an_explanation() -> None:
    steps = [
        {"rule": rule, "field": "", "saw": "relayed", "answer": "relay"} for rule in ("flag", "lineage.trust")
    ]
    told = {"identifier": "R2", "verdict": {}, "steps": steps, "plans": [], "silent": []}
    flag, other = [line for line in printed(tables.explanation(told, "zh")) if "relayed" in line]
    assert flag.split()[-1] == "relay"
    assert "继电器" not in flag
    assert "继电器" in other, "a reason is said in words"
