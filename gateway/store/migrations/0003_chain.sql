-- Every fact once more, as a digest, each bound to all before it: what is changed afterwards shows.
CREATE TABLE chain (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    digest BLOB NOT NULL,
    hash BLOB NOT NULL
) STRICT;

-- The last link, sealed with a key that is not in here: a chain that was cut or made anew shows.
CREATE TABLE seal (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    link INTEGER NOT NULL,
    mac BLOB NOT NULL
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

CREATE INDEX arrival_at ON arrival (at);
