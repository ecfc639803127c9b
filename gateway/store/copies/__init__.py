"""Copies of the ledger: the nightly backup, the export, a ledger file that is read without its daemon, and
the trial of an upgrade."""
