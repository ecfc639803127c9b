"""Copies of the ledger: backups that are proved, and exports for people."""
