"""The ledger: everything that arrived, was decided, planned and heard. What it holds is on the disk before anybody is told.

One process, one writing connection, WAL with synchronous=FULL: an awaited write has survived a power cut. Writes that wait together are
committed together. Reads see committed rows only and never wait for a writer. `ledger.Ledger` is the one implementation (apsw).
"""
