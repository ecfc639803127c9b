"""The signature of a receipt: a sender verifies it with its key, and any change breaks it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.model.record import Receipt
from gateway.receipts.seals import Seals, canonical
from tests.support.receipt_signature import verified

KEY = b"a key of the county's"


def letter() -> dict[str, Any]:
    body = json.dumps({"kind": "accepted", "key": "k", "reason": "aired", "fields": {"说": "是"}})
    sent = json.dumps(Seals({"county": KEY}).letter(Receipt(7, "county", "k", body)))
    found: dict[str, Any] = json.loads(sent)
    return found


def test_a_letter_verifies_with_its_key_and_with_no_other() -> None:
    assert verified(letter(), KEY)
    assert not verified(letter(), b"another key")


@pytest.mark.parametrize("field", sorted({*letter()} - {"signature"}))
def test_a_letter_with_any_field_changed_or_gone_does_not_verify(field: str) -> None:
    changed, gone = letter(), letter()
    changed[field] = "changed"
    del gone[field]
    assert not verified(changed, KEY)
    assert not verified(gone, KEY)


def test_a_source_without_a_key_gets_its_letter_unsigned() -> None:
    assert Seals({"other": KEY}).letter(Receipt(7, "county", "k", "{}")) == {"receipt": 7}


@given(st.dictionaries(st.text(), st.text() | st.integers() | st.booleans() | st.none()))
def test_the_canonical_form_survives_json_on_the_way(body: dict[str, Any]) -> None:
    assert canonical(json.loads(json.dumps(body))) == canonical(body)
