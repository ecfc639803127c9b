"""The promises of a ledger: a protocol for each noun, in a file of its own, and `Ledger` for all of them
together.

These hold for every method and every implementation:

- An awaited method writes. It returns once the write is on the disk and would survive a power cut.
- It raises LedgerFailed where the disk does not take the write. Nothing of the write is kept then.
- One call is one transaction: all of it is kept or nothing. Calls that one task awaits in turn are kept in
  that order.
- Every other method reads what is on the disk. It never waits for a write. It raises LedgerFailed where the
  disk cannot be read.
- Times are aware datetimes of China's offset, so that a database may compare them as text. They come back as
  they were given.

`tests/gateway/store/contract` asks every implementation for these promises.
"""

from __future__ import annotations

from typing import Protocol

from gateway.store.contract.acts import Acts
from gateway.store.contract.alarms import Alarms
from gateway.store.contract.answers import Answers
from gateway.store.contract.arrivals import Arrivals
from gateway.store.contract.documents import Documents
from gateway.store.contract.drills import Drills
from gateway.store.contract.holds import Holds
from gateway.store.contract.names import Names
from gateway.store.contract.plans import Plans
from gateway.store.contract.receipts import Receipts
from gateway.store.contract.relays import Relays
from gateway.store.contract.retention import Retention
from gateway.store.contract.site import Site
from gateway.store.contract.storage import Storage

__all__ = [
    "Acts",
    "Alarms",
    "Answers",
    "Arrivals",
    "Documents",
    "Drills",
    "Holds",
    "Ledger",
    "Names",
    "Plans",
    "Receipts",
    "Relays",
    "Retention",
    "Site",
    "Storage",
]


class Ledger(
    Arrivals,
    Documents,
    Plans,
    Receipts,
    Answers,
    Drills,
    Alarms,
    Holds,
    Relays,
    Names,
    Site,
    Acts,
    Retention,
    Storage,
    Protocol,
):
    """The whole ledger of a site. It has one writer; opening it a second time raises LedgerBusy."""
