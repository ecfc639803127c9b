"""Pipeline: the left half of the journey, from bytes to a plan in the ledger.

It ends when the plan is on disk; delivery lives by the ledger alone.
"""
