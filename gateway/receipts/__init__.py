"""Receipts: senders are told what became of their documents (docs/receipts.md).

- `bodies`: the events that a sender is told, and their text.
- `outbox`: the ledger owes a receipt until it was sent.
- `seals`: a receipt is numbered and signed.
"""
