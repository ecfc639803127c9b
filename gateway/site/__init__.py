"""Site: who and what is here, read from files into numbered versions of site data.

Roster, relay rules, named areas, names and samples.
"""
