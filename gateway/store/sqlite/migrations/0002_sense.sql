-- What a document says, as the judges' keys: a warning is compared with those that share one, not with all of three hours.
CREATE TABLE sense (
    sense TEXT NOT NULL,
    at TEXT NOT NULL,
    document TEXT NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (sense, at, document, source)
) STRICT, WITHOUT ROWID;

-- Move orders that still sound bear on every lift.
CREATE INDEX plan_moving ON plan (document) WHERE ended IS NULL AND body ->> 'act' = 'move';
