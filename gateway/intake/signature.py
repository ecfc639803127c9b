"""XML signatures (XML-DSig, enveloped), checked over the original bytes with the certificates of their
source.

A key in the document proves nothing: a forger can sign a changed document with a key of his own. Only a
certificate that the site has pinned to the source counts.
"""

from __future__ import annotations

import copy
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from lxml import etree

from gateway.intake.readers.elements import Parts, name, parse_xml
from gateway.model.alert import Alert, Arrival, Signature

log = logging.getLogger(__name__)


def pinned(files: Mapping[str, Sequence[Path]]) -> dict[str, tuple[str, ...]]:
    """The certificates of each source as PEM text. Raises OSError."""
    return {
        source: tuple(file.read_text("ascii") for file in paths) for source, paths in files.items() if paths
    }


def checked(
    arrival: Arrival, alerts: tuple[Alert, ...], certificates: Mapping[str, Sequence[str]]
) -> tuple[Alert, ...]:
    """The alerts, each with the result of the check of its signature.

    VERIFIED: a pinned certificate made it. WRONG: none of them did. UNVERIFIABLE: no certificate is pinned,
    or the method is unknown.
    """
    own = certificates.get(arrival.source, ())
    if not own or all(alert.signature is Signature.ABSENT for alert in alerts):
        return alerts
    elements = dict(_signed(parse_xml(arrival.raw.lstrip())))
    return tuple(
        replace(alert, signature=_verified(elements[alert.identifier], alert, own))
        if alert.signature is not Signature.ABSENT and alert.identifier in elements
        else alert
        for alert in alerts
    )


def _signed(element: etree._Element) -> Iterator[tuple[str, etree._Element]]:
    """The outermost elements that have a signature, each with its identifier."""
    parts = Parts(element)
    if parts.has("Signature") and parts.text("identifier"):
        yield parts.text("identifier"), element
        return
    for child in element:
        yield from _signed(child)


def _verified(element: etree._Element, alert: Alert, certificates: Sequence[str]) -> Signature:
    """The result of the check of one element. A signature must cover the whole alert."""
    from signxml.exceptions import InvalidCertificate, InvalidDigest, InvalidInput, InvalidSignature
    from signxml.verifier import (  # 23 MB of memory, only for a site that pins a certificate
        SignatureConfiguration,
        XMLVerifier,
    )

    config = SignatureConfiguration(ignore_ambiguous_key_info=True, location="./")
    answer = Signature.UNVERIFIABLE
    for certificate in certificates:
        try:
            result = XMLVerifier().verify(copy.deepcopy(element), x509_cert=certificate, expect_config=config)
        except (InvalidDigest, InvalidSignature, InvalidCertificate):
            answer = Signature.WRONG
        except (InvalidInput, ValueError, KeyError) as error:
            log.warning("the signature of %s cannot be checked: %s", alert.identifier, error)
        else:
            signed = getattr(result, "signed_xml", None)
            covers_it = (
                signed is not None
                and name(signed) == name(element)
                and Parts(signed).text("identifier") == alert.identifier
            )
            return Signature.VERIFIED if covers_it else Signature.WRONG
    return answer
