"""Site: who and what is here, read from files into numbered versions of site data.

- `seed` reads the roster: villages, speakers, named areas, gauges. `load` adds the relay rules and the
  pronunciations.
- `policies` says what each source may do, `rulebook` says the relay rules in words.
- `check` finds what only shows when the site is put together, `samples` makes sample warnings.
"""
