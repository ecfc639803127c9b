"""The reading sheet holds every sentence of ours without a field, and says the same names that are played."""

from __future__ import annotations

import re

from gateway.announcements.script import WORDS
from gateway.announcements.stock import STAND_INS, stock
from gateway.announcements.template import templates
from gateway.model.region import Region
from gateway.model.speaker import Refuge, Roster, Speaker, Village
from gateway.site.recordings.sheet import Use, code, sheet

BRIDGE, TOWN = Region("341523113201"), Region("341523113000")
REFUGE = Refuge("村小学", "村道", "张三", "13812345678")
ROSTER = Roster(
    1,
    (Village(TOWN, "青石镇"), Village(BRIDGE, "石桥村", refuge=REFUGE)),
    (Speaker("square", "广场", BRIDGE, "bus", 1),),
)


def test_an_hour_holds_the_sheet() -> None:
    """A minute for each sentence with its retakes is too much, three quarters of one is not."""
    needed = [entry for entry in sheet() if entry.needed]
    assert 60 <= len(needed) <= 80
    assert sum(len(entry.words) for entry in needed) / 180 < 10, "minutes of speech"
    assert [entry.number for entry in sheet()] == list(range(1, len(sheet()) + 1))


def test_the_stock_is_every_sentence_without_a_field() -> None:
    """A sentence that is added to the tables is on the sheet, or is a part of another one."""
    tables = [value for key, table in WORDS.items() if isinstance(table, dict) for value in table.values()]
    own = {
        text
        for text in tables
        if isinstance(text, str) and text.endswith("。") and not re.search(r"[{\[]", text)
    }
    advice = {
        words
        for hazard in templates().hazard.values()
        for words in (hazard.prepare, hazard.move, hazard.shelter, hazard.return_)
        if words
    }
    said = set(stock())
    joined = {WORDS["notice"]["notice"], WORDS["notice"]["tip"]}  # the issuer stands before these
    assert own - set(STAND_INS.values()) - joined <= said
    assert advice <= said
    assert len(list(stock())) == len(said)


def test_every_meaning_has_a_stand_in_and_none_of_them_sends_people_anywhere() -> None:
    assert set(STAND_INS) == {
        "warning-red",
        "warning-orange",
        "warning",
        "lift",
        "correction",
        "return",
        "notice",
        "drill",
        "test",
    }
    for words in STAND_INS.values():
        assert not re.search("立即转移|马上离开|往高处|就地避险|可以返回", words)
    assert not any(word in STAND_INS["test"] for word in WORDS["test"]["forbidden"])


def test_the_villages_orders_are_on_it_only_if_they_are_asked_for() -> None:
    assert not any("石桥村" in entry.words for entry in sheet(ROSTER) if entry.use is Use.SENTENCE)
    orders = [entry.words for entry in sheet(ROSTER, ["11A51"]) if "石桥村" in entry.words and entry.needed]
    assert "石桥村可能发生山洪，请立即沿村道转移到村小学。" in orders
    assert any("张三" in entry.words for entry in sheet(ROSTER, ["11A51"]))
    assert not any("青石镇" in entry.words for entry in sheet(ROSTER, ["11A51"])), "it has no speaker"


def test_a_village_has_lines_of_its_own_in_its_own_folder() -> None:
    own = [entry for entry in sheet(ROSTER) if entry.use is Use.DIALECT]
    assert {entry.name for entry in own} >= {f"{BRIDGE.code}/warning-red", f"{BRIDGE.code}/lift"}
    assert all("石桥村" in entry.words and not entry.needed for entry in own)


def test_another_list_has_another_code() -> None:
    assert code(sheet(ROSTER)) == code(sheet(ROSTER))
    assert len({code(sheet()), code(sheet(ROSTER)), code(sheet(ROSTER, ["11A51"]))}) == 3
