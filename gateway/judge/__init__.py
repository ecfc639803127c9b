"""The judges: pure functions from values and `now` to an answer with its trace. They decide whether a
document sounds, where, when and in what words.

`judge.judge` asks them in order: `admit` (CAP's gate), `lineage` (duplicates, updates, cancels), `endings`
for a document that ends others, `warn` for one that may sound. `warn` asks `area` and `block` (who is meant
by which block), `road` and `difference` (who has heard it already), `relay` and `guard` (whether and at what
hour) and `schedule` (how often). An exercise goes its own way after `lineage`: `exercise`. Beside documents,
`drill`, `voice_test`, `threshold` and `correction` make plans or drafts of what people and gauges order.

The rules of the site (`rules`) are always handed in. Nothing here reads a clock, a file or the ledger.
"""

from gateway.model.judgement import Ending, Judgement, Past, Policy

__all__ = ["Ending", "Judgement", "Past", "Policy"]
