"""Configuration: the wiring file as typed tables.

`config.load` reads and checks the whole file; each noun of the file has a module of its own.
"""
