"""Formats: one module for each form in which warnings come, with what they alone share.

A module has a NAME and reads one entry into one Alert (docs/adding-a-format.md). `registry` says which of
them are asked, and in which order. What all of them read with is beside this folder: `keys`, `elements`,
`times`, `tree` and others.
"""
