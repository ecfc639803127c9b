"""The numbers of a text as values, with their signs and their places."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.quantities.figures import figures


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("转移105户2.3万人", ["105", "23000"]),
        ("一百零二户、两千人", ["102", "2000"]),
        ("1,234人，1亿2000万元", ["1234", "120000000"]),
        ("50~80毫米", ["50", "80"]),
        ("零下5℃", ["-5"]),
        ("Ⅲ级", ["3"]),
        ("百年一遇", ["1"]),
        ("一点零五米", ["1.05"]),
        ("08:00", ["8"]),
        ("请转移", []),
    ],
)
def test_the_numbers_of_a_text_are_given_as_values(text: str, values: list[str]) -> None:
    assert [figure.value for figure in figures(text)] == [Decimal(value) for value in values]


def test_a_number_keeps_its_digits_where_it_has_any() -> None:
    assert [figure.digits for figure in figures("电话0564-8621234，零五六四，三百人，2.3万")] == [
        "0564",
        "8621234",
        "0564",
        "300",
        "23000",
    ]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("最高气温-5℃", ["-5"]),
        ("气温—5℃，水温–3℃", ["-5", "-3"]),
        ("气温5-8℃", ["5", "8"]),
        ("气温5--2℃", ["5", "-2"]),
        ("-3℃到2℃", ["-3", "2"]),
        ("零下三到二摄氏度", ["-3", "-2"]),
        ("零下三到零上二摄氏度", ["-3", "2"]),
        ("零下5-8℃", ["-5", "-8"]),
        ("水位-0.35米，较昨日-0.12m", ["-0.35", "-0.12"]),
        ("负责3个村，正负5", ["3", "5"]),
        ("28日-8℃，近3小时-50毫米", ["28", "-8", "3", "50"]),
        ("866 559平方公里，1 050毫米", ["866559", "1050"]),
        ("拨打110 119，50 100毫米", ["110", "119", "50", "100"]),
        ("10.5千米，2.5千人，2千米", ["10.5", "2500", "2000"]),
        ("1.2×10⁴，一点二乘十的四次方", ["12000", "12000"]),
        ("1/16，十六分之一", ["0.0625", "0.0625"]),
        ("7/28 8:00，8/9级", ["7", "28", "8", "8", "9"]),
        ("百分之五，3‰", ["5", "3"]),
    ],
)
def test_signs_blanks_fractions_and_powers_are_read(text: str, values: list[str]) -> None:
    assert [figure.value for figure in figures(text)] == [Decimal(value) for value in values]


def test_a_dash_that_may_be_a_minus_is_not_sure() -> None:
    assert [(figure.value, figure.sure) for figure in figures("石桥村-5组，气温-5℃")] == [
        (Decimal(5), False),
        (Decimal(-5), True),
    ]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("气温-5℃，流量75 000m³/s", ["-5", "75 000"]),
        ("负百分之3，3万5000人", ["负百分之3", "3万5000"]),
        ("约1/16，1.2×10⁴", ["1/16", "1.2×10⁴"]),
    ],
)
def test_each_number_has_its_place_in_the_text(text: str, places: list[str]) -> None:
    assert [text[figure.start : figure.end] for figure in figures(text)] == places


@given(
    st.text(
        alphabet=st.sampled_from("0123456789.,-~～—至到零下上一二十百千万点半%/m³ ×⁴负正分之之乘的次方亿Ⅱ级"),
        max_size=30,
    )
)
def test_nothing_fails_and_every_number_lies_in_the_text(text: str) -> None:
    for figure in figures(text):
        assert 0 <= figure.start < figure.end <= len(text)
