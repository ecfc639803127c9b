-- Every fact once more, as a digest, each bound to all before it and sealed: what is changed afterwards shows.
-- `said` is the row in JSON where its table keeps only the newest state. Where `first` is set, this one stands for the links from there to n,
-- which retention let go; its digest is empty.
CREATE TABLE chain (
    n INTEGER PRIMARY KEY,
    first INTEGER,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    digest BLOB NOT NULL,
    said TEXT,
    hash BLOB NOT NULL,
    seal BLOB NOT NULL
) STRICT;

-- The last link, sealed as the last: a chain that was cut shows.
CREATE TABLE chain_end (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    n INTEGER NOT NULL,
    seal BLOB NOT NULL
) STRICT;

CREATE TABLE hold (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    person TEXT NOT NULL,
    until TEXT NOT NULL,
    ended TEXT
) STRICT;

CREATE TABLE power (
    line TEXT NOT NULL,
    unit INTEGER NOT NULL,
    since TEXT NOT NULL,
    PRIMARY KEY (line, unit)
) STRICT, WITHOUT ROWID;

CREATE TABLE alarm (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    why TEXT NOT NULL,
    since TEXT NOT NULL,
    rings INTEGER NOT NULL,
    cleared TEXT,
    acknowledged_by TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE UNIQUE INDEX alarm_up ON alarm (name) WHERE cleared IS NULL;
CREATE INDEX alarm_unheard ON alarm (id) WHERE cleared IS NULL OR (rings AND acknowledged_by = '');

-- Retention: `kept` until the bytes leave; what it looks for. Both grow at their end: an index in whose middle every warning writes costs it a
-- page more.
ALTER TABLE arrival ADD COLUMN kept INTEGER NOT NULL DEFAULT 1;
CREATE INDEX arrival_kept ON arrival (kept, at);
CREATE INDEX document_arrival ON document (arrival);

-- What was told of a document is asked for by its sender.
CREATE INDEX receipt_document ON receipt (document);
