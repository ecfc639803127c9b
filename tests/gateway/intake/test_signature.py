"""XML signatures: checked over the bytes as they came, against pinned certificates only."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from lxml import etree

from gateway.intake.readers import parse
from gateway.intake.signature import checked
from gateway.judge.admit import admit
from gateway.judge.tracing import Tracing
from gateway.model.alert import Arrival, Signature
from gateway.model.judgement import Policy
from gateway.model.reason import Reason
from tests.support.county import START, cap
from tests.support.signer import Signer


@pytest.fixture(scope="module")
def county() -> Signer:
    return Signer()


@pytest.fixture(scope="module")
def stranger() -> Signer:
    return Signer()


def found(raw: bytes, *certificates: str) -> Signature:
    (alert,) = checked(Arrival(raw, "county", "", START), parse(raw), {"county": certificates})
    return alert.signature


RED = cap("A1", START, level="红")


def test_a_signature_is_absent_unverifiable_wrong_or_verified(county: Signer, stranger: Signer) -> None:
    signed = county.sign(RED)
    assert found(RED, county.certificate) is Signature.ABSENT
    assert found(signed) is Signature.UNVERIFIABLE
    assert found(signed, county.certificate) is Signature.VERIFIED
    assert found(signed, stranger.certificate, county.certificate) is Signature.VERIFIED
    assert found(signed, stranger.certificate) is Signature.WRONG


def test_one_changed_character_is_wrong(county: Signer) -> None:
    changed = county.sign(RED).replace("红".encode(), "蓝".encode(), 1)
    assert found(changed, county.certificate) is Signature.WRONG


def test_t39_a_key_the_document_brings_along_proves_nothing(county: Signer, stranger: Signer) -> None:
    assert found(stranger.sign(RED), county.certificate) is Signature.WRONG


def test_a_signed_alert_beside_one_that_is_not_speaks_only_for_itself(county: Signer) -> None:
    signed = etree.fromstring(county.sign(RED))
    other = etree.fromstring(cap("B1", START, level="红"))
    wrapper = etree.Element("alerts")
    wrapper.extend([signed, other])
    raw = bytes(etree.tostring(wrapper))
    alerts = checked(Arrival(raw, "county", "", START), parse(raw), {"county": (county.certificate,)})
    assert [alert.signature for alert in alerts] == [Signature.VERIFIED, Signature.ABSENT]


def test_what_is_signed_must_be_the_alert_itself(county: Signer) -> None:
    """A signature over something else inside says nothing of the rest (wrapping)."""
    signed = etree.fromstring(county.sign(RED))
    forged = etree.fromstring(cap("A1", START + timedelta(minutes=1), level="红"))
    signature = next(element for element in signed if element.tag.endswith("}Signature"))
    forged.append(signature)
    assert found(bytes(etree.tostring(forged)), county.certificate) is Signature.WRONG


@pytest.mark.parametrize(
    ("policy", "signature", "becomes"),
    [
        ("ignore", Signature.WRONG, None),
        ("verify_if_present", Signature.ABSENT, None),
        ("verify_if_present", Signature.UNVERIFIABLE, None),
        ("verify_if_present", Signature.WRONG, ("hold", Reason.SIGNATURE_WRONG)),
        ("verify_if_present", Signature.VERIFIED, None),
        ("require", Signature.ABSENT, ("quarantine", Reason.SIGNATURE_MISSING)),
        ("require", Signature.UNVERIFIABLE, ("quarantine", Reason.SIGNATURE_UNVERIFIABLE)),
        ("require", Signature.WRONG, ("quarantine", Reason.SIGNATURE_WRONG)),
        ("require", Signature.VERIFIED, None),
    ],
)
def test_the_policy_of_its_source_says_what_becomes_of_it(
    policy: str, signature: Signature, becomes: tuple[str, Reason] | None
) -> None:
    (alert,) = parse(RED)
    asked = replace(alert, signature=signature)
    rule = Policy("county", frozenset({alert.sender}), signature=policy)  # type: ignore[arg-type]
    answer = admit(asked, rule, Tracing())
    assert (answer and (answer.name, answer.why.reason)) == becomes
