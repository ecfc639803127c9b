"""The ledger in SQLite: one writer, one file, one module a noun."""
