"""The hash chain: a link for every change of a row, each bound to the link before it."""
