"""What makes an openhorn line unusable before anything was sent."""

from __future__ import annotations

from drivers.protocol import LineWrong


class UnitsWrong(LineWrong):
    """Units of openhorn are numbered 1-254 (docs/openhorn.md §2, dst)."""

    code = "openhorn_units"
    key = "unit"


class KeyWrong(LineWrong):
    """The key of a line is no hex text, or too short (docs/openhorn.md §3). The error shows nothing of it."""

    code = "openhorn_key"
    key = "key_file"
