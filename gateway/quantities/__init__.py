"""Quantities: numbers and units in Chinese text as values.

Judges compare them, and the voice proves its words by them.
"""
