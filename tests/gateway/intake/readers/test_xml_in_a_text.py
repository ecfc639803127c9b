"""CAP inside a text of JSON or of other XML is refused by its name. It may be a quotation: it is not read."""

from __future__ import annotations

import json
from xml.sax.saxutils import escape

import pytest

from gateway.i18n import sentence
from gateway.intake import Unreadable
from gateway.intake.readers import parse
from gateway.model.reason import Reason
from tests.support.county import START, cap

CAP = cap("A1", START).decode()
SOAP = (
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><r>%s</r></s:Body></s:Envelope>'
)
IN_JSON = [{"xml": CAP}, {"code": 0, "data": {"rows": [{"id": 1, "content": CAP}]}}, [CAP.partition("?>")[2]]]
IN_XML = [SOAP % f"<![CDATA[{CAP}]]>", SOAP % escape(CAP), f"<root>{escape(CAP.partition('?>')[2])}</root>"]


def refused(raw: str) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        parse(raw.encode())
    return caught.value


@pytest.mark.parametrize("document", IN_JSON)
def test_xml_that_is_a_value_of_json_is_named(document: object) -> None:
    why = refused(json.dumps(document)).why
    assert (why.reason, why.fields["fault"]) == (Reason.UNKNOWN_FORMAT, "json_xml_in_text")
    assert "请取出里面的 XML，直接发送" in sentence(why, "zh")


@pytest.mark.parametrize("raw", IN_XML)
def test_xml_that_is_a_text_of_other_xml_is_named(raw: str) -> None:
    why = refused(raw).why
    assert (why.reason, why.fields["fault"]) == (Reason.MISSING_ELEMENT, "xml_in_text")
    assert "请取出里面的 XML，直接发送" in sentence(why, "zh")


@pytest.mark.parametrize("words", ["see <alert> below", "<alerting/>", "<info>", "alert"])
def test_a_text_that_only_tells_of_it_is_not(words: str) -> None:
    assert "fault" not in refused(json.dumps({"xml": words})).why.fields
    assert refused(SOAP % escape(words)).why.fields["fault"] == "xml_soap"
