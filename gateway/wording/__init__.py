"""The wording of a warning: what its text says, apart from what its codes claim.

Each module answers one question about a text, with a table of phrases as data beside it. Nothing here knows
a rule, a plan, a clock or a speaker: the judges decide by the answers, the announcements say what is kept.
"""
