"""The wording of a warning: what its text says, apart from what its codes claim.

Each module answers one question about a text, with a table of phrases as data beside it. Nothing here knows
a rule, a plan, a clock or a speaker: the judges decide by the answers, the announcements say what is kept.

- `clauses` takes a text apart at its signs. `parts` tells what each clause is for, `orders` which are orders.
- `places` tells which townships a text means. It finds them by `names`, in lists (`listing`), in clauses of
  past, present or what comes (`tense`).
- `deeds` tells which act a text is, whatever its field says.
- `issuing` takes an opening apart: who issued the warning, when and by which act.
- `mention` tells a title that only names a signal from one that issues it.
- `likeness` tells what a text reads like: an end, a drill, something over, a change of signals.
- `latin` takes a text in Latin letters apart.
- `characters` makes look-alike characters one. `phrases` reads the tables.
"""
