"""Signature wrapping: a genuine signature is carried to where a forged warning stands.

Whatever the wrapper does, nothing that a forger wrote is VERIFIED. Each case says what every alert of the
document becomes. Each check of the module is taken out once, and a case must then fail.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from lxml import etree

from gateway.intake import signature
from gateway.intake.readers import parse
from gateway.intake.signature import checked
from gateway.model.alert import Alert, Arrival, Signature
from tests.support.county import START, cap
from tests.support.signer import Signer

CAP = "urn:oasis:names:tc:emergency:cap:1.2"
DSIG = "{http://www.w3.org/2000/09/xmldsig#}"
FORGED = "水库已经垮坝"
"""The words of the forger. They stand in every forged alert."""
V, W, U, A = Signature.VERIFIED, Signature.WRONG, Signature.UNVERIFIABLE, Signature.ABSENT

COUNTY, STRANGER = Signer(), Signer()


def element(raw: bytes) -> etree._Element:
    return etree.fromstring(raw)


def sealed(root: etree._Element, signer: Signer = COUNTY, uri: str | None = None) -> etree._Element:
    """The element with a signature of this signer over it, or over the element that `uri` names."""
    return signer.sealed(root, uri)


def genuine(identifier: str = "A1", uri: bool = False) -> etree._Element:
    """A blue warning that the county signed; `uri`: by its Id."""
    root = element(cap(identifier, START, level="蓝"))
    if uri:
        root.set("Id", "alert-1")
    return sealed(root, uri="#alert-1" if uri else None)


def forged(identifier: str = "A1", minutes: float = 0) -> etree._Element:
    """A red warning of the forger, without a signature."""
    raw = cap(identifier, START + timedelta(minutes=minutes), level="红").decode()
    return element(raw.replace("预计", FORGED + "，预计").encode())


def seal(root: etree._Element) -> etree._Element:
    """The first signature in the element."""
    found = root.find(f".//{DSIG}Signature")
    assert found is not None
    return found


def carrying(fake: etree._Element, *signatures: etree._Element) -> etree._Element:
    fake.extend([copy.deepcopy(one) for one in signatures])
    return fake


def child(root: etree._Element, name: str) -> etree._Element:
    found = root.find(f".//{{{CAP}}}{name}")
    assert found is not None
    return found


def batch(*members: etree._Element, wrapper: str = "alerts") -> etree._Element:
    root = etree.Element(wrapper)
    root.extend(members)
    return root


def edxl(*members: etree._Element) -> etree._Element:
    """EDXL-DE: each alert is an embedded XML content."""
    space = "urn:oasis:names:tc:emergency:EDXL:DE:1.0"
    root = etree.Element(f"{{{space}}}EDXLDistribution")
    for member in members:
        holder = root
        for name in ("contentObject", "xmlContent", "embeddedXMLContent"):
            holder = etree.SubElement(holder, f"{{{space}}}{name}")
        holder.append(member)
    return root


def atom(*members: etree._Element) -> etree._Element:
    space = "http://www.w3.org/2005/Atom"
    root = etree.Element(f"{{{space}}}feed")
    for member in members:
        entry = etree.SubElement(root, f"{{{space}}}entry")
        etree.SubElement(entry, f"{{{space}}}content", type="application/xml").append(member)
    return root


def national(words: str, root: str = "alert") -> etree._Element:
    """A warning in the national dialect, whose root element may have another name."""
    return element(
        f"""<{root}><identifier>34152341600000_20260728143000</identifier><sender>舒城县气象台</sender>\
<senderCode>34152341600000</senderCode><sendTime>2026-07-28 14:30:00+08:00</sendTime><status>Actual</status>\
<msgType>Alert</msgType><scope>Public</scope><info><eventType>11B03</eventType><severity>Red</severity>\
<headline>暴雨红色预警</headline><description>{words}</description><area><geocode>341523104000</geocode></area>\
</info></{root}>""".encode()
    )


def edited(root: etree._Element, old: str, new: str) -> etree._Element:
    """The element with other characters in its source."""
    source = etree.tostring(root, encoding="unicode")
    assert old in source
    return etree.fromstring(source.replace(old, new, 1))


def nested(holder: str) -> etree._Element:
    """A forged alert that quotes the genuine one whole, and takes its signature."""
    inner = genuine(uri=True)
    moved = seal(inner)
    inner.remove(moved)
    outer = forged()
    place = outer if holder == "alert" else child(outer, holder)
    place.append(inner)
    return carrying(outer, moved)


def twice_named(attribute: str) -> etree._Element:
    """The same; the outer alert takes the Id of the quoted one."""
    outer = nested("info")
    outer.set(attribute, "alert-1")
    return outer


def emptied() -> etree._Element:
    fake = forged()
    etree.SubElement(fake, f"{DSIG}Signature")
    return fake


def cosigned(first: Signer, second: Signer) -> etree._Element:
    """The genuine blue warning with two signatures, each over the bare alert."""
    bare = element(cap("A1", START, level="蓝"))
    both = copy.deepcopy(bare)
    both.extend([copy.deepcopy(seal(sealed(copy.deepcopy(bare), signer))) for signer in (first, second)])
    return etree.fromstring(etree.tostring(both))


def of_another_namespace() -> etree._Element:
    fake = forged()
    etree.SubElement(fake, "{urn:example}Signature").text = "genuine"
    return fake


def lowered() -> etree._Element:
    """The signature stands in an area of its alert."""
    root = genuine()
    child(root, "area").append(seal(root))
    return root


def id_elsewhere() -> etree._Element:
    """The Id of the signed alert stands a second time, outside of it."""
    root = batch(genuine(uri=True))
    etree.SubElement(root, "note", Id="alert-1")
    return root


def quoted_in_note() -> etree._Element:
    fake, inner = forged(), genuine()
    etree.SubElement(fake, f"{{{CAP}}}note").append(inner)
    return fake


@dataclass(frozen=True)
class Wrapping:
    """One document and the result of each of its alerts, in order."""

    document: Callable[[], etree._Element]
    becomes: tuple[Signature, ...]


WRAPPINGS: dict[str, Wrapping] = {
    "the genuine alert alone": Wrapping(genuine, (V,)),
    "the genuine alert by its Id": Wrapping(lambda: genuine(uri=True), (V,)),
    "a forged twin behind it": Wrapping(lambda: batch(genuine(), forged()), (W, A)),
    "a forged twin before it": Wrapping(lambda: batch(forged(), genuine()), (A, W)),
    "a later forged twin": Wrapping(lambda: batch(genuine(), forged(minutes=5)), (W, A)),
    "a forged twin with its signature behind it": Wrapping(
        lambda: batch(genuine(), carrying(forged(), seal(genuine()))), (W, W)
    ),
    "a forged twin with its signature before it": Wrapping(
        lambda: batch(carrying(forged(), seal(genuine())), genuine()), (W, W)
    ),
    "its signature in a forged alert of another name": Wrapping(
        lambda: batch(genuine(), carrying(forged("B1"), seal(genuine()))), (V, W)
    ),
    "its signature in a forged alert alone": Wrapping(lambda: carrying(forged(), seal(genuine())), (W,)),
    "its signature by Id in a forged alert": Wrapping(
        lambda: carrying(forged(), seal(genuine(uri=True))), (W,)
    ),
    "the genuine alert quoted in a forged alert": Wrapping(lambda: nested("alert"), (W,)),
    "the genuine alert quoted in a forged info": Wrapping(lambda: nested("info"), (W,)),
    "the genuine alert quoted in a forged area": Wrapping(lambda: nested("area"), (W,)),
    "the genuine alert quoted in a forged note": Wrapping(quoted_in_note, (A,)),
    "two elements of one Id": Wrapping(lambda: twice_named("Id"), (W,)),
    "two elements of one Id, in another case": Wrapping(lambda: twice_named("ID"), (W,)),
    "two elements of one Id, by xml:id": Wrapping(
        lambda: twice_named("{http://www.w3.org/XML/1998/namespace}id"), (W,)
    ),
    "an Id that stands again outside": Wrapping(id_elsewhere, (W,)),
    "EDXL with a forged alert": Wrapping(
        lambda: edxl(genuine(), carrying(forged("B1"), seal(genuine()))), (V, W)
    ),
    "EDXL with a forged twin": Wrapping(lambda: edxl(carrying(forged(), seal(genuine())), genuine()), (W, W)),
    "Atom with a forged alert": Wrapping(
        lambda: atom(carrying(forged("B1"), seal(genuine())), genuine()), (W, V)
    ),
    "Atom with a forged twin": Wrapping(lambda: atom(genuine(), forged()), (W, A)),
    "the national dialect": Wrapping(lambda: sealed(national("雨势减弱")), (V,)),
    "the national dialect with a forged twin": Wrapping(
        lambda: batch(
            sealed(national("雨势减弱")),
            carrying(national(FORGED, "test"), seal(sealed(national("雨势减弱")))),
        ),
        (W, W),
    ),
    "the national dialect changed": Wrapping(
        lambda: edited(sealed(national("雨势减弱")), "雨势减弱", FORGED), (W,)
    ),
    "two signatures, ours first": Wrapping(lambda: cosigned(COUNTY, STRANGER), (V,)),
    "two signatures, ours second": Wrapping(lambda: cosigned(STRANGER, COUNTY), (V,)),
    "the second signature covers the first": Wrapping(lambda: sealed(sealed(genuine_bare()), STRANGER), (V,)),
    "our signature beside a stranger's on a forged alert": Wrapping(
        lambda: carrying(sealed(forged(), STRANGER), seal(genuine())), (W,)
    ),
    "a stranger's signature": Wrapping(lambda: sealed(forged(), STRANGER), (W,)),
    "more signatures than anybody needs": Wrapping(
        lambda: carrying(genuine(), *[seal(genuine())] * 4), (W,)
    ),
    "an empty signature": Wrapping(emptied, (U,)),
    "an empty signature before a carried one": Wrapping(lambda: carrying(emptied(), seal(genuine())), (W,)),
    "a signature of another namespace": Wrapping(of_another_namespace, (U,)),
    "a signature that is no child of the alert": Wrapping(lowered, (A,)),
    "a reference to another document": Wrapping(
        lambda: edited(genuine(), 'URI=""', 'URI="https://example.org/alert"'), (W,)
    ),
    "a reference without an address": Wrapping(lambda: edited(genuine(), ' URI=""', ""), (W,)),
    "a reference to nothing": Wrapping(lambda: edited(genuine(), 'URI=""', 'URI="#nobody"'), (W,)),
    "a comment in a text": Wrapping(lambda: edited(genuine(), "一百毫米", "一<!-- 千 -->百毫米"), (V,)),
    "a comment before a text": Wrapping(
        lambda: edited(genuine(), "<description>", f"<!-- {FORGED} --><description>"), (V,)
    ),
    "a text before a comment": Wrapping(
        lambda: edited(genuine(), "<description>", f"<description>{FORGED}<!-- -->"), (W,)
    ),
    "the same text as CDATA": Wrapping(
        lambda: edited(genuine(), "蓝色预警信号", "<![CDATA[蓝色]]>预警信号"), (V,)
    ),
    "another text as CDATA": Wrapping(
        lambda: edited(genuine(), "<description>", f"<description><![CDATA[{FORGED}]]>"), (W,)
    ),
    "a processing instruction in a text": Wrapping(
        lambda: edited(genuine(), "<description>", f"<description><?say {FORGED}?>"), (W,)
    ),
    "another prefix": Wrapping(
        lambda: edited(genuine(), "<description>", f'<x:description xmlns:x="{CAP}">{FORGED}</x:description>'
                       "<description>"),
        (W,),
    ),
}  # fmt: skip


def genuine_bare() -> etree._Element:
    return element(cap("A1", START, level="蓝"))


def found(document: etree._Element) -> tuple[Alert, ...]:
    raw = bytes(etree.tostring(document))
    return checked(Arrival(raw, "county", "", START), parse(raw), {"county": (COUNTY.certificate,)})


@pytest.mark.parametrize("name", WRAPPINGS)
def test_nothing_that_a_forger_wrote_is_verified(name: str) -> None:
    case = WRAPPINGS[name]
    alerts = found(case.document())
    assert tuple(alert.signature for alert in alerts) == case.becomes
    assert not any(FORGED in repr(alert) for alert in alerts if alert.signature is V)


def test_there_are_at_least_two_dozen() -> None:
    assert len(WRAPPINGS) >= 24


def test_a_verified_alert_is_read_from_what_was_signed() -> None:
    """What stands beside the signed element, as a comment in it does, is not in the alert."""
    (alert,) = found(WRAPPINGS["a comment in a text"].document())
    (plain,) = found(genuine())
    assert alert.infos == plain.infos


def test_a_verified_alert_has_nothing_of_the_first_reading_but_its_defects() -> None:
    """Whatever a reader made of the document, the words are those of the signed element."""
    raw = bytes(etree.tostring(genuine()))
    (plain,) = found(genuine())
    misread = replace(plain, note=FORGED, signature=U)
    arrival, pinned = Arrival(raw, "county", "", START), {"county": (COUNTY.certificate,)}
    assert checked(arrival, (misread,), pinned) == (plain,)
    another = replace(misread, sent=misread.sent + timedelta(minutes=5))
    assert checked(arrival, (another,), pinned)[0].signature is W, "what was signed is another alert"


def test_a_signature_deep_in_the_alert_does_not_hide_its_own() -> None:
    bare = genuine_bare()
    etree.SubElement(child(bare, "area"), f"{DSIG}Signature").text = "of a map"
    assert [alert.signature for alert in found(sealed(bare))] == [V]


def _trusting(signed: etree._Element, alert: Alert) -> Alert:
    """Believes the document instead of the signed element."""
    return replace(alert, signature=V)


TAKEN_OUT: dict[str, dict[str, object]] = {
    "the signature covers the alert itself": {"_elsewhere": lambda element, found: ""},
    "the alert is read from the signed element": {
        "_elsewhere": lambda element, found: "",
        "_as_signed": _trusting,
    },
    "one alert has one identifier": {"_shared": lambda elements: False},
    "signatures are bounded": {"MOST": 100},
}
"""By check: what stands in its place when it is taken out."""


def _failing() -> Iterator[str]:
    for name, case in WRAPPINGS.items():
        if tuple(alert.signature for alert in found(case.document())) != case.becomes:
            yield name


@pytest.mark.parametrize("check", TAKEN_OUT)
def test_a_check_that_is_taken_out_is_missed(check: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, instead in TAKEN_OUT[check].items():
        monkeypatch.setattr(signature, name, instead)
    assert list(_failing())


def test_a_signature_that_its_schema_forbids_is_unverifiable() -> None:
    """Canada's network names its signatures `NAADS Signature`: no Id may have a blank."""
    document = genuine()
    seal(document).set("Id", "NAADS Signature")
    assert [alert.signature for alert in found(document)] == [U]


def test_a_broken_signature_is_no_crash() -> None:
    """Every element of a signature is emptied, taken out, doubled and stripped of its attributes once."""
    count = len(list(seal(genuine()).iter("*")))
    for place in range(1, count):
        for how in ("emptied", "out", "doubled", "bare", "other"):
            document = genuine()
            part = list(seal(document).iter("*"))[place]
            parent = part.getparent()
            assert parent is not None
            match how:
                case "emptied":
                    part.text = None
                case "out":
                    parent.remove(part)
                case "doubled":
                    parent.append(copy.deepcopy(part))
                case "bare":
                    part.attrib.clear()
                case "other":
                    part.text = "AAAA"
            (alert,) = found(document)
            assert alert.signature in (V, W, U)
