"""The judges: pure functions (values, now) -> (answer, trace). They decide whether a document sounds, where, and in what words.

`verdict.judge` asks them in order: admit (CAP's gate), lineage (duplicates, updates, cancels, tombstones), area (which speakers),
relay (class, schedule, at what hour), script (the words). An exercise goes its own way after lineage: `exercise`. Nothing here reads a clock, a file or the ledger.
"""

from gateway.model.judgement import Ending, Judgement, Past, Policy

__all__ = ["Ending", "Judgement", "Past", "Policy"]
