"""Announcements: the words of every announcement, as data and as pure functions.

A script is made from an alert and the roster. Nothing here speaks, waits or reads a clock.

- `script` makes the script of every act, by the sentences of `templates`.
- `reading` says a warning's own text in one reading: `draft` holds its clauses, `opening` says issuer, time
  and signal, `places` shortens lists to those that are ours, `omissions` leave out what is never said,
  `cuts` what goes for length, `sentences` end what is left.
- `latin` does the same for a text in Latin letters. `sayable` tells whether a text can be said at all.
"""
