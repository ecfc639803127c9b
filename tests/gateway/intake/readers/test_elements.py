"""XML as warnings use it: children by their names, without namespace and case."""

from __future__ import annotations

import pytest

from gateway.intake import Unreadable
from gateway.intake.readers.elements import DEEPEST, Parts, name, parse_xml
from gateway.model.reason import Reason

RAW = b"""<c:alert xmlns:c="urn:example">
 <c:Sender>
   county
 </c:Sender><!-- a remark --><?order this?>
 <other:area xmlns:other="urn:other"><code>1</code></other:area>
 <area/>
 <area><code>2</code><code> </code><code><b>3</b>4</code></area>
</c:alert>"""


def parts() -> Parts:
    return Parts(parse_xml(RAW))


def test_a_name_has_neither_namespace_nor_case() -> None:
    assert name(parts().element) == "alert"
    assert parts().text("SENDER") == "county"
    assert parts().has("sender", "Area")
    assert not parts().has("sender", "scope")


def test_children_come_in_order_and_an_empty_one_is_false() -> None:
    first, second, third = parts().children("area")
    assert (first.text("code"), bool(second), list(third.texts("code"))) == ("1", False, ["2", "34"])


def test_what_is_not_there_has_no_text_and_stands_where_its_parent_does() -> None:
    found = parts()
    assert (found.text("scope"), found.children("scope"), list(found.texts("scope"))) == ("", [], [])
    assert (found.line("scope"), found.line("sender"), found.children("area")[1].line("code")) == (1, 2, 6)


@pytest.mark.parametrize(
    ("raw", "reason", "element"),
    [
        (b"<alert><info></alert>", Reason.NOT_XML, "alert"),
        (b"<cap:alert><info>", Reason.NOT_XML, "alert"),
        (b"no xml", Reason.NOT_XML, ""),
        (b"<!DOCTYPE a><a/>", Reason.DOCTYPE, "DOCTYPE"),
        (b"<!DOCTYPE a [<!ENTITY", Reason.DOCTYPE, "DOCTYPE"),
        (b"<a>" * (DEEPEST + 1) + b"</a>" * (DEEPEST + 1), Reason.TOO_DEEP, "a"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_its_element(raw: bytes, reason: Reason, element: str) -> None:
    with pytest.raises(Unreadable) as caught:
        parse_xml(raw)
    assert (caught.value.why.reason, caught.value.element) == (reason, element)


@pytest.mark.parametrize(
    "raw",
    [
        b"<cap:alert><cap:info>x</cap:info></cap:alert>",
        b"<alert><cap:info>x</cap:info></alert>",
        b'<alert xmlns="urn:oasis names"><info>x</info></alert>',
        b'<alert xmlns:x=""><info a:b="c">x</info></alert>',
        b'<alert xmlns:x="u" xmlns:y="u" x:b="1" y:b="2"><info>x</info></alert>',
    ],
)
def test_errors_of_namespaces_alone_refuse_nothing(raw: bytes) -> None:
    root = parse_xml(raw)
    assert (name(root), Parts(root).text("info")) == ("alert", "x")


@pytest.mark.parametrize(
    ("raw", "line"), [(b"<cap:alert>\n<info></cap:alert>", 2), (b"<cap:alert>\n\n<info", 3)]
)
def test_what_else_is_wrong_beside_a_namespace_is_told(raw: bytes, line: int) -> None:
    with pytest.raises(Unreadable) as refused:
        parse_xml(raw)
    assert (refused.value.why.reason, refused.value.line) == (Reason.NOT_XML, line)


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        (b"<!DOCTYPE a><a/>", 1),
        (b'<?xml version="1.0"?>\n<!DOCTYPE a>\n<a/>', 2),
        (b"<?xml version='1.0'?>\n<!-- one\n <!DOCTYPE b> -->\n<!-- two --><!DOCTYPE a [<!ENTITY", 4),
        (b"<!-- a -->" * 200 + b"\n<!DOCTYPE a [<!ENTITY", 2),
    ],
)
def test_a_doctype_is_told_by_its_line(raw: bytes, line: int) -> None:
    with pytest.raises(Unreadable) as refused:
        parse_xml(raw)
    assert (refused.value.why.reason, refused.value.line) == (Reason.DOCTYPE, line)
