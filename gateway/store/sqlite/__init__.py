"""The ledger in SQLite: one file, one writer, a module with the tables of each noun."""
