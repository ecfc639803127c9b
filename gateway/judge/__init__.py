"""The judges: pure functions from values and `now` to an answer with its trace. They decide whether a
document sounds, where, when and in what words.

`judge.judge` asks them in order: `here` (the level that is ours), `admit` (CAP's gate), `lineage`
(duplicates, updates, cancels; a `conflict` of two documents of one identity), `endings` for a document that
ends others, `warn` for one that may sound. An end that names nothing is compared with `candidates` and put to
people as a `question`.

`warn` asks `area` and `block` (who is meant by which block), `road`, `difference` and `reissue` (who has
heard it already, and what is `worse` now), `notice`, `elsewhere` and `bounds` (whether a person looks first),
`relay` and `guard` (whether and at what hour) and `schedule` (how often). `parts` says what each speaker
says, with its own names and sentence (`local`). `heard` and `characters` note what will be heard.

An exercise goes its own way after `lineage`: `exercise`. Beside documents, `drill`, `voice_test`,
`threshold`, `correction` and `resumption` make plans or drafts of what people and gauges order.

The rules of the site (`rules`) are always handed in. Nothing here reads a clock, a file or the ledger.
"""

from gateway.model.judgement import Ending, Judgement, Past, Policy

__all__ = ["Ending", "Judgement", "Past", "Policy"]
