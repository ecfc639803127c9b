"""Every number as people say it. The right-hand side was written first."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.quantities.numerals import cardinal
from gateway.voice import Spoken
from gateway.voice.text.spoken import spoken

GOLDEN = {
    # whole numbers, with zeros where they belong
    "105户": "一百零五户",
    "1005": "一千零五",
    "1050": "一千零五十",
    "10005": "一万零五",
    "10050": "一万零五十",
    "100500": "十万零五百",
    "1000000": "一百万",
    "12000000": "一千二百万",
    "100000005": "一亿零五",
    "12": "十二",
    "110人": "一百一十人",
    "1,234人": "一千二百三十四人",
    # 两
    "2个": "两个",
    "2米": "两米",
    "2小时": "两小时",
    "2000人": "两千人",
    "第2次": "第二次",
    "12个": "十二个",
    "200毫米": "二百毫米",
    # decimals, signs, temperatures
    "0.5": "零点五",
    "1.05米": "一点零五米",
    "警戒线1.5米": "警戒线一点五米",
    "-5℃": "零下五摄氏度",
    "最低气温-12℃": "最低气温零下十二摄氏度",
    "0~2℃": "零到二摄氏度",
    "-5～3℃": "零下五到三摄氏度",
    "102.08度": "一百零二点零八度",
    # percentages, fractions, comparisons
    "80%": "百分之八十",
    "30%～50%": "百分之三十到百分之五十",
    "1/3": "三分之一",
    "≥100毫米": "大于等于一百毫米",
    "<50米": "小于五十米",
    # ranges
    "6～7级": "六到七级",
    "10～11级": "十到十一级",
    "5-10公里": "五到十公里",
    "50～80毫米": "五十到八十毫米",
    "8至10级": "八至十级",
    # units
    "50mm": "五十毫米",
    "50mm/h": "五十毫米每小时",
    "风速25m/s": "风速二十五米每秒",
    "风速50米/秒": "风速五十米每秒",
    "60km/h": "六十公里每小时",
    "流量3500m³/s": "流量三千五百立方米每秒",
    "10km": "十公里",
    "能见度500m": "能见度五百米",
    # dates and times
    "2026年11月23日": "二零二六年十一月二十三日",
    "2026-07-28": "二零二六年七月二十八日",
    "2025—2026年": "二零二五到二零二六年",
    "24日11时19分": "二十四日十一时十九分",
    "7月28日14时30分": "七月二十八日十四时三十分",
    "14时05分": "十四时零五分",
    "2月2日2时": "二月二日两时",
    "15:30": "十五点三十分",
    "10:05": "十点零五分",
    "8:00—18:00": "八点整到十八点整",
    "20时至24时": "二十时至二十四时",
    "28日8时到29日20时": "二十八日八时到二十九日二十时",
    "24日1时至24日7时": "二十四日一时至二十四日七时",
    # levels
    "Ⅲ级": "三级",
    "IV级响应": "四级响应",
    "Ⅰ级": "一级",
    "M6.8级": "六点八级",
    # telephones
    "拨打119": "拨打幺幺九",
    "请拨打110": "请拨打幺幺零",
    "电话12379": "电话幺二三七九",
    "13812345678": "幺三八，幺二三四，五六七八",
    "0851-12345678": "零八五幺，幺二三四，五六七八",
    "0851-12345678转802": "零八五幺，幺二三四，五六七八，转八零二",
    # roads
    "G316国道": "G三幺六国道",
    "K12+300": "K十二加三零零",
    # what is not for ears
    "请注意<br/>转移": "请注意，转移",
    "&lt;br/&gt;请注意": "请注意",
    "注意***转移": "注意，转移",
    "详见https://a.b/c。": "详见。",
    # punctuation and full-width forms
    "请注意,转移!": "请注意，转移！",
    "１０５户": "一百零五户",
    "第一行\n第二行": "第一行，第二行",
    # zeros of every shape
    "二〇二六年": "二零二六年",
    "二○二六年": "二零二六年",
    "10010": "一万零一十",
    "1000000000000元": "一万亿元",
    "编号34152300000000": "编号三四一五二三零零零零零零零零",
    # a minus is never lost, whatever stands around it
    "气温 - 5 ℃": "气温 零下五摄氏度",
    "气温－5℃": "气温零下五摄氏度",
    "气温−5°C": "气温零下五摄氏度",
    "最低气温-5": "最低气温零下五",
    "最低气温降至-5度": "最低气温降至零下五度",
    "最低气温-3～-5℃": "最低气温零下三到零下五摄氏度",
    "-10℃至-5℃": "零下十至零下五摄氏度",
    "零下5℃": "零下五摄氏度",
    "增长-3%": "增长负百分之三",
    # nor a dash of a range
    "6－7级": "六到七级",
    "6一7级": "六到七级",
    "6~7 级": "六到七级",
    "6—7级": "六到七级",
    "6〜7级": "六到七级",
    "8级-9级": "八到九级",
    "50mm-80mm": "五十到八十毫米",
    "2-3小时": "两到三小时",
    # comparisons are no markup
    "风力<8级，雨量>50毫米": "风力小于八级，雨量大于五十毫米",
    "湿度≥80%": "湿度大于等于百分之八十",
    # villages number their groups, buildings their rooms
    "1组、2组和5组": "一组、二组和五组",
    "第1、2组": "第一、二组",
    "3号楼2单元101室": "三号楼二单元幺零幺室",
    # units in all their writings
    "流量1.2万m³/s": "流量一点二万立方米每秒",
    "浓度100mg/m³": "浓度一百毫克每立方米",
    "20㎜": "二十毫米",
    "100㎡": "一百平方米",
    "110千伏线路": "一百一十千伏线路",
    "110毫米": "一百一十毫米",
    "120人": "一百二十人",
    "5MM": "五毫米",
    "50毫米/h": "五十毫米每小时",
    "￥100": "一百元",
    "1:1000": "一比一千",
    "北纬31°30′": "北纬三十一度三十分",
    "北纬31.5°": "北纬三十一点五度",
    # times as machines write them
    "2026-07-28T15:30:00+08:00": "二零二六年七月二十八日十五点三十分",
    "2026/7/28 15:30": "二零二六年七月二十八日十五点三十分",
    "2026.7.28": "二零二六年七月二十八日",
    "07月28日08时05分": "七月二十八日八时零五分",
    "00:00": "零点整",
    "23:59:59": "二十三点五十九分五十九秒",
    "28-30日": "二十八到三十日",
    "7月28日-8月2日": "七月二十八日到八月二日",
    "15：30": "十五点三十分",
    # telephones in brackets, behind names, in words
    "值班电话(0571)87654321": "值班电话，零五七幺，八七六五，四三二幺",
    "联系人张三13812345678": "联系人张三，幺三八，幺二三四，五六七八",
    "+86 138-1234-5678": "幺三八，幺二三四，五六七八",
    "报警电话110或119": "报警电话幺幺零或幺幺九",
    "400-123-4567": "四零零，幺二三，四五六七",
    "省道208": "省道二零八",
    # lists, brackets, addresses, levels with a slash
    "1.请勿外出；2.远离河道。": "一、请勿外出；二、远离河道。",
    "①不要外出②远离河道": "一、不要外出，二、远离河道",
    "【暴雨红色预警】请注意": "暴雨红色预警，请注意",
    "[Ⅲ级/较重]": "三级，较重",
    "http://www.12379.cn/a?b=1请查看": "请查看",
    "请注意...": "请注意。",
    "1.2.3": "一点二点三",
    # numbers that a comma of a list does not join
    "50，100毫米": "五十，一百毫米",
}


@pytest.mark.parametrize(("text", "words"), GOLDEN.items())
def test_it_is_said_like_this(text: str, words: str) -> None:
    assert spoken(text).words == words


def test_what_no_rule_knows_is_spelt_out_and_noted() -> None:
    said = spoken("甲+乙±丙")
    assert said.words == "甲加乙正负丙"
    assert said.notes == ("+", "±")


def test_a_script_that_no_voice_knows_is_noted_and_not_said() -> None:
    said = spoken("བོད་注意")
    assert said.words == "注意"
    assert said.notes


def test_a_text_of_thousands_of_digits_is_said() -> None:
    assert len(spoken("1" * 5000).words) == 5000


@given(st.text(max_size=80))
def test_whatever_comes_is_said_without_an_error(text: str) -> None:
    words = spoken(text).words
    assert not any(character.isdigit() and not "\u3400" <= character <= "\u9fff" for character in words)
    assert not re.search(r"[<>%℃°~\[\]{}]", words)


@given(
    st.integers(-60, 60),
    st.integers(-60, 60),
    st.sampled_from(["~", "～", "-", "—", "至", "到", " - ", "－"]),
)
def test_cold_is_cold_on_both_sides_of_a_range(low: int, high: int, dash: str) -> None:
    said = spoken(f"气温{low}{dash}{high}℃").words
    assert said.count("零下") == (low < 0) + (high < 0)
    assert re.search("[至到].", said)


@given(
    st.text(
        alphabet=st.sampled_from("0123456789.,:-~～%℃°/级米毫时分月日年第个 ABkm³Ⅲ+≥<>（）暴雨"), max_size=40
    )
)
def test_no_digit_or_sign_is_left_whatever_comes(text: str) -> None:
    assert not re.search(r"[0-9%℃°~～≥≤<>+/Ⅲ]", spoken(text).words)


_VALUES = {character: value for value, character in enumerate("零一二三四五六七八九")}


def value(words: str) -> int:
    """A reader of our own: Chinese numerals back to a number."""
    total = section = digit = 0
    for character in words:
        if character in _VALUES:
            digit = _VALUES[character]
        elif character in "十百千":
            section += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[character]
            digit = 0
        else:
            total = (total + section + digit) * {"万": 10**4, "亿": 10**8}[character]
            section = digit = 0
    return total + section + digit


@given(st.integers(0, 10**8 - 1))
def test_every_number_reads_back_to_itself(number: int) -> None:
    assert value(cardinal(number)) == number


@given(st.integers(1, 12), st.integers(1, 28), st.integers(0, 23), st.integers(1, 59))
def test_every_date_and_time_reads_back_to_itself(month: int, day: int, hour: int, minute: int) -> None:
    said = spoken(f"{month}月{day}日{hour}时{minute}分").words
    found = re.fullmatch("(.+)月(.+)日(.+)时(.+)分", said)
    assert found
    assert [value(word.replace("两", "二")) for word in found.groups()] == [month, day, hour, minute]


def test_a_newsreader_would_say_it_so() -> None:
    lines = Path(__file__).with_name("newsreader.txt").read_text("utf-8").splitlines()[1:]
    rows = [line.rsplit(" → ", 1) for line in lines]
    assert len(rows) > 1900
    wrong = {text: (spoken(text), words) for text, words in rows if spoken(text) != Spoken(words)}
    assert wrong == {}
