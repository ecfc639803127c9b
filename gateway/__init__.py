"""The gateway: warnings come in, speech goes out, and a record is kept of both.

`app` composes it. `pipeline` and `delivery` are the two halves of a warning's journey.
"""
