"""The ledger: everything that arrived, was decided, planned, heard and done by people. What it holds is on the disk before anybody is told.

One process, one writing connection, WAL with synchronous=FULL: an awaited write has survived a power cut. Writes that wait together are
committed together, what is urgent first. Reads see committed rows only and never wait for a writer. `ledger.Ledger` is the one
implementation (apsw); it is put together from a shelf for each noun: documents, plans, drills, receipts, standing, retention.

Every change of a watched row (`chain.TABLES`) is a link of a hash chain, in the same transaction and sealed with a key beside the ledger;
`audit` finds what was changed by anybody else and says which row. What retention lets go leaves sealed gaps (`thinning`).

Where the disk fails, writes raise LedgerFailed at once until it has healed by itself, and `Ledger.on_trouble` hears of it. A full disk
still takes what cannot come again, from the ballast. `backup` has a copy made and tested every night by a process of its own.
"""
