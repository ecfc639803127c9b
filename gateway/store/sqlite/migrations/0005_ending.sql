-- Plans that were ended by a decision and whose bursts delivery has not settled yet: what a crash between the two leaves is found here.
CREATE TABLE ending (
    plan TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- The newest wall time at which something was kept while the clock could be trusted: a clock that says less is wrong.
ALTER TABLE chain_end ADD COLUMN seen TEXT NOT NULL DEFAULT '';
