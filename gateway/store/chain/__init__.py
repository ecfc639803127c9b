"""The chain: every row of the ledger is a link that proves the rows before it."""
