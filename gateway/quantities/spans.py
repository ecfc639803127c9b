"""How numbers and spans are written: patterns for regular expressions."""

from __future__ import annotations

NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?![\d,])|\d+)(?:\.\d+)?"
"""A number without its sign. Commas may set its thousands apart."""
TO = r"\s*(?:[~—–−-]|至|到)\s*"
"""The sign between the two ends of a span. Other dashes and tildes must be replaced before."""
MINUS = r"[-−]"
"""The minus of a number, as a hyphen or as the sign of its own."""
