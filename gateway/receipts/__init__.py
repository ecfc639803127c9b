"""Receipts: what senders are told of their documents, signed and repeated until it is delivered."""
