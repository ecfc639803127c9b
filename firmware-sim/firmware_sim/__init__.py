"""Loudspeakers in software: what each remembers (`speaker`), what can be wrong with it (`faults`), how it talks on the wire
(one module per protocol), and whole villages of them (`village`).

A wire server is a class with `async def run(self) -> None` that serves one Link (the far end of a memory line, or the master side of
a pseudo-terminal) for one or more Speakers, at the pace of the baud rate, until cancelled. It never imports the gateway.
"""
