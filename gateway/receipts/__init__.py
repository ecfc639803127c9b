"""Receipts: senders are told what became of their documents (docs/receipts.md).

- `bodies`: the events that a sender is told, and their text.
- `tally`: in how many rounds, at how many speakers and in how many villages a plan was heard.
- `outbox`: the ledger owes a receipt until it was sent.
- `seals`: a receipt is numbered and signed.
"""
