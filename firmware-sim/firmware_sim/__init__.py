"""Loudspeakers in software.

`speaker` is one loudspeaker and the sounds heard at it, `faults` the ways it can fail. Each protocol has a
module with the behaviour of its units on the wire. `village` is a whole village of them.

A wire server is a class with `async def run(self) -> None`. It serves one Link (the far end of a memory line,
or the master side of a pseudo-terminal) for one or more Speakers until it is cancelled, at the pace of the
baud rate. No module here imports the gateway.
"""
