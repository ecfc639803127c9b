"""Alerts are found in any wrapper, each in its own dialect, and one bad alert loses no other."""

from __future__ import annotations

import pytest

from gateway.intake import Unreadable
from gateway.intake.readers.envelope import parse
from gateway.model.reason import Reason
from tests.support.county import START, cap


def alert(identifier: str) -> str:
    return cap(identifier, START, level="红").decode().partition("?>")[2]


NATIONAL = (
    "<alert><identifier>N1</identifier><sender>舒城县气象台</sender><senderCode>341523</senderCode>"
    "<sendTime>2026-07-28 14:30:00</sendTime><status>Actual</status><msgType>Alert</msgType></alert>"
)


@pytest.mark.parametrize(
    "wrapper",
    [
        "<alerts>{}</alerts>",
        "<EDXLDistribution><contentObject><xmlContent><embeddedXMLContent>{}</embeddedXMLContent>"
        "</xmlContent></contentObject></EDXLDistribution>",
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><content>{}</content></entry></feed>',
        "<rss><channel><item>{}</item></channel></rss>",
    ],
)
def test_alerts_are_found_in_any_wrapper(wrapper: str) -> None:
    raw = wrapper.format(alert("A1") + alert("A2")).encode()
    assert [each.identifier for each in parse(raw)] == ["A1", "A2"]


def test_each_alert_is_read_in_its_own_dialect() -> None:
    first, second = parse(f"<alerts>{alert('A1')}{NATIONAL}</alerts>".encode())
    assert first.identifier == "A1"
    assert (second.identifier, second.sender) == ("N1", "341523")


def test_an_alert_without_identity_is_a_defect_of_its_neighbours() -> None:
    raw = f"<alerts>{alert('A1')}<alert><sent>2026-07-28T14:30:00+08:00</sent></alert></alerts>".encode()
    (only,) = parse(raw)
    assert only.defects[-1].element == "alert/identifier"
    assert only.defects[-1].saw == Reason.MISSING_ELEMENT


@pytest.mark.parametrize(
    ("raw", "element"),
    [(b"<weather/>", "weather"), (b"<alerts><alert><sender>x</sender></alert></alerts>", "sent")],
)
def test_a_document_without_any_alert_is_refused_with_its_element(raw: bytes, element: str) -> None:
    with pytest.raises(Unreadable) as refused:
        parse(raw)
    assert refused.value.why.reason is Reason.MISSING_ELEMENT
    assert refused.value.element == element
