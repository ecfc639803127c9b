"""Seals: a receipt is numbered and, where its source has a key, signed (docs/receipts.md)."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping

from gateway.model.record import Receipt


class Seals:
    """Makes the JSON object in which a receipt is sent."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self._keys = dict(keys)
        """By source; a source that is not named here gets its receipts unsigned."""

    def letter(self, receipt: Receipt) -> dict[str, object]:
        """The body of the receipt with its number and, where there is a key, its signature: HMAC-SHA256 over
        the canonical form of all the rest."""
        letter: dict[str, object] = {**json.loads(receipt.body), "receipt": receipt.id}
        if key := self._keys.get(receipt.source):
            value = hmac.new(key, canonical(letter), hashlib.sha256).hexdigest()
            letter["signature"] = {"algorithm": "HMAC-SHA256", "value": value}
        return letter


UNSIGNED = Seals({})


def canonical(letter: Mapping[str, object]) -> bytes:
    """The bytes that are signed: JSON in UTF-8, keys sorted, without blanks, nothing escaped that need not
    be. For our strings, integers, booleans and nulls this is RFC 8785."""
    return json.dumps(letter, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
