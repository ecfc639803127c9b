"""A sender's check of a receipt, as docs/receipts.md shows it and without our code."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any


def verified(letter: dict[str, Any], key: bytes) -> bool:
    letter = dict(letter)
    said = letter.pop("signature", {}).get("value", "")
    body = json.dumps(letter, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    return hmac.compare_digest(said, hmac.new(key, body, hashlib.sha256).hexdigest())
