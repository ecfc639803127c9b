"""XML signatures (XML-DSig, enveloped), checked over the document as it came with the certificates of its
source. Its encoding makes no difference: canonical XML is UTF-8 (Canonical XML 1.0 §1.1).

A key in the document proves nothing: a forger can sign a changed document with a key of his own. Only a
certificate that the site has pinned to the source counts. A signature holds for the element that it covers
and for nothing beside it, so a verified alert is read from that element.
"""

from __future__ import annotations

import copy
import logging
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from lxml import etree

from gateway.intake import Unreadable
from gateway.intake.readers.document import opened
from gateway.intake.readers.elements import Parts, parse_xml
from gateway.intake.readers.envelope import alert_elements, read
from gateway.model.alert import Alert, Arrival, Signature

log = logging.getLogger(__name__)

MOST = 4
"""Signatures of one alert at most; an alert with more is refused. Canada's alerts have two: of the office and
of the network that hands it on. Each costs a check with a key. Our choice."""
_BROKEN = (ValueError, LookupError, TypeError, AttributeError)
"""What signxml raises for a signature that lacks a part or a value, beside its own errors."""
_SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}Signature"
_REFERENCE = "{*}SignedInfo/{*}Reference"
_IDS = ("id", "xml:id")
"""Attributes that name an element, in lower case. signxml knows these: Id, ID, id, xml:id."""


def pinned(files: Mapping[str, Sequence[Path]]) -> dict[str, tuple[str, ...]]:
    """The certificates of each source as PEM text. Raises OSError."""
    return {
        source: tuple(file.read_text("ascii") for file in paths) for source, paths in files.items() if paths
    }


def checked(
    arrival: Arrival, alerts: tuple[Alert, ...], certificates: Mapping[str, Sequence[str]]
) -> tuple[Alert, ...]:
    """The alerts, each with the result of the check of its signature.

    VERIFIED: a pinned certificate made it over this very alert, which is read from what was signed. WRONG:
    none of them did, or it covers something else, or several alerts of the document share an identifier.
    UNVERIFIABLE: no certificate is pinned, or the method is unknown.
    """
    own = certificates.get(arrival.source, ())
    if not own or all(alert.signature is Signature.ABSENT for alert in alerts):
        return alerts
    body = opened(arrival).body
    if not body.startswith(b"<"):
        return alerts  # a signature of JSON is no XML signature: its format has judged it
    elements: dict[str, list[etree._Element]] = defaultdict(list)
    for parts in alert_elements(parse_xml(body)):
        elements[parts.text("identifier")].append(parts.element)
    return tuple(_checked(alert, elements.get(alert.identifier, []), own) for alert in alerts)


def _checked(alert: Alert, elements: Sequence[etree._Element], certificates: Sequence[str]) -> Alert:
    """One alert with its result. `elements` of the document have its identifier."""
    if alert.signature is Signature.ABSENT or not elements:
        return alert
    if _shared(elements):
        return _refused(alert, f"{len(elements)} alerts of the document have its identifier")
    element = elements[0]
    signatures = [child for child in element if child.tag == _SIGNATURE]
    if len(signatures) > MOST:
        return _refused(alert, f"it has {len(signatures)} signatures")
    answer = Signature.UNVERIFIABLE
    for number in range(len(signatures)):
        if fault := _elsewhere(element, signatures[number]):
            return _refused(alert, fault)
        for candidate in _candidates(element, number):
            result = _verified(candidate, alert, certificates)
            if isinstance(result, Alert):
                return result
            answer = Signature.WRONG if Signature.WRONG in (answer, result) else answer
    return replace(alert, signature=answer)


def _refused(alert: Alert, fault: str) -> Alert:
    log.warning("the signature of %s is refused: %s", alert.identifier, fault)
    return replace(alert, signature=Signature.WRONG)


def _shared(elements: Sequence[etree._Element]) -> bool:
    """Whether several alerts have the identifier: then nobody can say which of them was signed."""
    return len(elements) > 1


def _elsewhere(element: etree._Element, signature: etree._Element) -> str:
    """The fault of a signature that points to anything but the whole alert; "" if it has none.

    The URI of its reference is empty, or names the Id of the alert, which nothing else in the document has.
    """
    references = signature.findall(_REFERENCE)
    if not references:
        return ""  # the check itself refuses it
    uri = references[0].get("URI")
    if uri == "":
        return ""
    document = element.getroottree().getroot()
    owners = [one for one in document.iter("*") if uri in {f"#{own}" for own in _own_ids(one)}]
    return "" if owners == [element] else f"its reference {uri!r} is not the alert alone"


def _own_ids(element: etree._Element) -> Iterator[str]:
    for attribute, value in element.attrib.items():
        if str(attribute).rpartition("}")[2].lower() in _IDS:
            yield str(value)


def _candidates(element: etree._Element, number: int) -> Iterator[etree._Element]:
    """Copies of the alert on their own, each with this signature as its first: beside the others, which it
    may cover, and without them, because each may have been made over the bare alert."""
    for others in (True, False) if sum(child.tag == _SIGNATURE for child in element) > 1 else (True,):
        alone = copy.deepcopy(element)
        signatures = [child for child in alone if child.tag == _SIGNATURE]
        if number or not others:
            for place, signature in enumerate(signatures):
                if place == number or not others:
                    _taken_out(signature)
            alone.insert(0, signatures[number])
        yield alone


def _taken_out(signature: etree._Element) -> None:
    """Remove the signature; the text behind it stays."""
    parent, before, tail = signature.getparent(), signature.getprevious(), signature.tail
    assert parent is not None
    signature.tail = None
    if tail and before is not None:
        before.tail = (before.tail or "") + tail
    elif tail:
        parent.text = (parent.text or "") + tail
    parent.remove(signature)


def _verified(element: etree._Element, alert: Alert, certificates: Sequence[str]) -> Alert | Signature:
    """The alert as it was signed, or the result of the check: WRONG, UNVERIFIABLE."""
    from signxml.exceptions import InvalidCertificate, InvalidDigest, InvalidSignature, SignXMLException
    from signxml.verifier import (  # 23 MB of memory, only for a site that pins a certificate
        SignatureConfiguration,
        XMLVerifier,
    )

    config = SignatureConfiguration(ignore_ambiguous_key_info=True, location="./")
    answer = Signature.UNVERIFIABLE
    for certificate in certificates:
        try:
            result = XMLVerifier().verify(element, x509_cert=certificate, expect_config=config)
        except (InvalidDigest, InvalidSignature, InvalidCertificate):
            answer = Signature.WRONG
        except (SignXMLException, etree.LxmlError, *_BROKEN) as error:
            log.warning("the signature of %s cannot be checked: %s", alert.identifier, error)
        else:
            signed = getattr(result, "signed_xml", None)
            return Signature.WRONG if signed is None else _as_signed(signed, alert)
    return answer


def _as_signed(signed: etree._Element, alert: Alert) -> Alert | Signature:
    """The alert of the signed element; WRONG if that is another one."""
    try:
        read_from = read(Parts(signed))
    except Unreadable:
        return Signature.WRONG
    if read_from.key != alert.key:
        return Signature.WRONG
    return replace(read_from, signature=Signature.VERIFIED, defects=alert.defects)
