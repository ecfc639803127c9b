"""Text that a program on the way decoded wrongly and sent on as valid UTF-8 (乱码).

Nothing of the bytes is wrong then, only the words are. Said aloud they are nonsense under a siren.

Written before the product was asked. What it does otherwise today is a known fault and counted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.intake import Unreadable
from gateway.intake.readers import garbled, lost, parse
from gateway.intake.readers.document import opened
from gateway.intake.readers.garbled import restored
from gateway.judge import Judgement, Policy
from gateway.model.region import Region
from gateway.model.speaker import Roster, Speaker, Village
from gateway.voice.text.spoken import spoken
from tests.support.doors import CASES, Case
from tests.support.nasty import FOLDER
from tests.support.rules import judge

FILES = ("cap", "national", "cap-json-in-its-root")
CASE = {case.form["name"]: case for case in reversed(CASES)}
BACK: dict[str, Callable[[str], str]] = {
    "UTF-8 read as Latin-1": lambda text: text.encode().decode("latin-1"),
    "GBK read as Latin-1": lambda text: text.encode("gbk").decode("latin-1"),
}
"""No character is lost: the text can be had back."""
LOST: dict[str, Callable[[str], str]] = {
    "question marks": lambda text: text.encode("ascii", "replace").decode(),
    "U+FFFD": lambda text: (
        text.encode("ascii", "replace").decode().replace("?", "\ufffd").replace("<\ufffd", "<?")
    ),
    "UTF-8 read as GBK": lambda text: text.encode().decode("gbk", "replace"),
}
"""Characters are lost. Hazard and level stand in codes, and nothing else can be said."""
KNOWN_FAULTS: set[str] = set()
every = pytest.mark.parametrize("file", FILES)


def judged(case: Case, text: str) -> Judgement:
    """The answer to a document of an official source, with one loudspeaker where it means."""
    (alert,) = parse(text.encode())
    village = Region(case.county + "104201")
    roster = Roster(1, (Village(village, case.place),), (Speaker("a", "广场", village, "line", 1),))
    now = alert.sent + timedelta(minutes=1)
    return judge(alert, Policy("county", frozenset({alert.sender})), (), roster, now)


def words(answer: Judgement) -> str:
    return "".join(spoken(part.script.text).words for part in answer.plan.parts) if answer.plan else ""


def text_of(file: str) -> tuple[Case, str]:
    case = CASE[file]
    return case, case.text(case.form["file"]).removeprefix('<?xml version="1.0" encoding="UTF-8"?>')


@every
@pytest.mark.parametrize("garble", BACK)
def test_garbled_text_that_can_be_had_back_is_said_as_it_was(file: str, garble: str) -> None:
    case, text = text_of(file)
    came = judged(case, BACK[garble](text))
    right = words(came) == words(judged(case, text)) != ""
    assert right is (garble not in KNOWN_FAULTS)


@every
@pytest.mark.parametrize("garble", LOST)
def test_of_text_that_is_lost_hazard_and_level_are_said_and_no_nonsense(file: str, garble: str) -> None:
    case, text = text_of(file)
    came = judged(case, LOST[garble](text))
    said = words(came)
    sane = "暴雨红色预警" in said and not set(said) - set(
        "预警广播，。年月日时分零〇一二三四五六七八九十百暴雨红色信号发布请相互转告做好防范"
        "云岭县气象台："  # a name whose bytes are all there can be had back
    )
    assert (sane and bool(getattr(came.verdict, "flags", ()))) is (garble not in KNOWN_FAULTS), said


RIGHT = (
    "São Paulo: chuvas fortes às 15h, risco de inundação e deslizamento na região; atenção à população.",
    "Cảnh báo lũ quét: mưa rất to ở vùng núi, nguy cơ sạt lở đất. Người dân cần sơ tán ngay.",
    "Évacuez immédiatement la zone côtière. Où aller ? À l’école située près de l’hôtel de ville.",
    "Überflutung möglich: Straßen gesperrt, Öl läuft aus, größte Vorsicht!",
    "Ñandú, Ibáñez y Núñez: ¿qué hacer? ¡Évacúe! ¿¡Está bien!?",
    "Æøå ÆØÅ æøå: øvelse på Ærø; blåbærgrød.",
    "気温は３５℃以上。大雨警報を発表。避難してください。",
    "Что делать? Сильный дождь.",
    "气温将升至38℃～40℃，相对湿度≤30%，面积约12km²，误差±2°，浓度75µg/m³，×2，“红色”——……",
    "濮阳、濉溪、瀛洲、洮南、漯河、婺源、鄱阳、浒墅、岷县、滁州、亳州、浏阳、沭阳、睢宁、邳州、鄢陵。",
    "东经116°58′、北纬31°27′附近，半径5km。",
    "怎么办?请立即转移。听到了吗??请回答!",
    "详情：http://example.org/a?b=c&d=e",
    "What should you do??? Stay inside.",
)
GARBLES: dict[str, Callable[[bytes], bytes]] = {
    "UTF-8 as Latin-1": lambda raw: raw.decode("latin-1").encode(),
    "UTF-8 as Windows-1252": lambda raw: windows(raw).encode(),
    "UTF-8 as GBK": lambda raw: raw.decode("gb18030").encode(),
    "GBK as Latin-1": lambda raw: raw.decode().encode("gbk").decode("latin-1").encode(),
    "GBK as Windows-1252": lambda raw: windows(raw.decode().encode("gbk")).encode(),
    "UTF-8 as Latin-1, twice": lambda raw: raw.decode("latin-1").encode().decode("latin-1").encode(),
    "UTF-8 as Windows-1252, twice": lambda raw: windows(windows(raw).encode()).encode(),
}


def windows(raw: bytes) -> str:
    """The bytes as browsers read windows-1252: where it has no sign, a control character stands."""
    return "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in raw)


VALUES = (
    "暴雨红色预警",
    "舒城县气象台发布暴雨橙色预警",
    "大风",
    "雷雨大风",
    "森林火险",
    "请立即转移。。",
    "强对流天气",
)
ODD = ("舒城县气象台发布暴雨橙色预警信号", "预计未来3小时降雨量将达100毫米。", "沙尘暴", "寒潮蓝色预警信号")


@pytest.mark.parametrize("garble", GARBLES)
@pytest.mark.parametrize("value", VALUES + ODD)
def test_a_value_is_had_back_or_not_changed(value: str, garble: str) -> None:
    try:
        came = GARBLES[garble](value.encode()).decode()
    except UnicodeDecodeError:  # an odd number of characters loses a byte in GBK
        assert garble == "UTF-8 as GBK"
        return
    assert restored(came) == value
    for document in (
        f"<a><b>{came}</b><c><![CDATA[{came}]]></c><identifier>{came}</identifier></a>",
        json.dumps({"b": came, "identifier": came}),
        json.dumps([{"b": came, "id": came}], ensure_ascii=False),
    ):
        right = garbled.document(document.encode()).decode()
        names = ("<b>{}</b><c><![CDATA[{}]]></c>" if document[0] == "<" else '"b": "{}"').format(value, value)
        assert names in right
        assert right.count(value) == names.count(value), "what names a document is not changed"


@pytest.mark.parametrize("text", RIGHT)
def test_a_right_text_is_never_changed(text: str) -> None:
    assert restored(text) == text
    assert lost.left(text) == text


def test_no_text_of_the_nasty_warnings_is_changed() -> None:
    changed = []
    for path in FOLDER.iterdir():
        if path.suffix in (".xml", ".json", ".js") and not path.name.startswith("garbled"):
            try:
                body = opened(path.read_bytes()).body
                alerts = parse(path.read_bytes())
            except Unreadable:
                continue
            if garbled.document(body) != body or any(alert.lost for alert in alerts):
                changed.append(path.name)
    assert changed == []


@given(
    st.text(
        st.sampled_from(
            [*"".join(VALUES + ODD), *"的一不人有大这上来到他说们为子和你地出道也时年，。、0123 a"]
        )
    )
)
def test_no_chinese_text_is_changed(text: str) -> None:
    assert restored(text) == text == lost.left(text)


@given(
    st.text(
        st.characters(min_codepoint=0xC0, max_codepoint=0x24F) | st.sampled_from([*"aeiou nrst"]), max_size=60
    )
)
def test_a_latin_text_becomes_chinese_by_no_chance(text: str) -> None:
    """Words of accented letters, at most three in a row."""
    text = re.sub(r"[^\x00-\x7f]{4,}", lambda run: run[0][:3], text)
    assert restored(text) == text == lost.left(text)


HOLES = {
    "舒城县气象台发布暴雨红色预警信号，\ufffd家村请转移。": "舒城县气象台发布暴雨红色预警信号，",
    "\ufffd县气象台发布暴雨红色预警信号": "暴雨红色预警信号",
    "?县气象台解除暴雨红色预警信号": "解除暴雨红色预警信号",
    "除锟斤拷家村外，全体村民立即转移。请相互转告。": "请相互转告。",
    "预计今晚有暴雨，王?村、李家村注意防范，不要外出。": "预计今晚有暴雨，不要外出。",
    "????????????": "",
    "预计??????3??????": "",
    "\ufffd\ufffd\ufffd\ufffd预警": "",
    "濂�": "",
}


@pytest.mark.parametrize("text", HOLES)
def test_of_lost_signs_the_clauses_go(text: str) -> None:
    assert lost.left(text) == HOLES[text]


GONE: dict[str, Callable[[bytes], str]] = {
    "UTF-8 as GBK, bytes left out": lambda raw: raw.decode("gbk", "ignore"),
    "UTF-8 as GBK, bytes marked": lambda raw: raw.decode("gbk", "replace"),
    "UTF-8 as GBK, bytes as question marks": lambda raw: raw.decode("gbk", "replace").replace("\ufffd", "?"),
    "UTF-8 as Windows-1252, bytes left out": lambda raw: raw.decode("cp1252", "ignore"),
    "UTF-8 as Windows-1252, bytes as question marks": lambda raw: raw.decode("cp1252", "replace").replace(
        "\ufffd", "?"
    ),
    "GBK as UTF-8": lambda raw: raw.decode().encode("gbk").decode("utf-8", "replace"),
    "as ASCII": lambda raw: raw.decode("ascii", "replace"),
    "as ASCII with question marks": lambda raw: raw.decode().encode("ascii", "replace").decode(),
    "GBK that was replaced and read as GBK": lambda raw: (
        raw.decode().encode("gbk").decode("utf-8", "replace").encode().decode("gbk", "replace")
    ),
}
LONG = (
    "舒城县气象台发布暴雨红色预警信号",
    "预计未来3小时青石镇降雨量将达100毫米以上，山洪风险大。",
    "请立即停止户外活动，远离河道。",
    "受强对流云团影响，今天夜间我县大部分乡镇将出现雷雨大风。",
)


@pytest.mark.parametrize("how", GONE)
@pytest.mark.parametrize("text", LONG)
def test_nothing_is_left_of_a_text_that_lost_its_bytes(text: str, how: str) -> None:
    came = restored(GONE[how](text.encode()))
    assert lost.left(came) in ("", text)
