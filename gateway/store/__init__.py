"""The ledger: everything that arrived, was decided, planned and played, and what people did.

`contract` has the promises, a protocol for each noun. A write is on the disk before anybody is told of it.

`sqlite` keeps them in one SQLite file: one process, one writing connection, WAL with synchronous=FULL. Writes
that wait together are committed together, urgent ones first. Reads see committed rows and never wait for a
write. A module has the tables of a noun. Only `gateway.app` opens it.

`chain`: every change of a row adds a link to a hash chain, in the same transaction. The links are sealed with
a key that lies beside the ledger. `chain.audit` finds the rows that anybody else has changed. Where old rows
were deleted, sealed gaps stand for their links (`chain.thinning`).

`copies`: a copy of the ledger is made and tested every night in a process of its own, a ledger is exported
and verified, and a new version of the program tries a copy before it takes over.

Where the disk fails, every write raises LedgerFailed at once until the disk has recovered. On a full disk,
space that was kept in reserve (`sqlite.ballast`) still takes what will not be sent again.
"""
