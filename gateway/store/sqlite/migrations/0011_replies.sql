-- Where senders want their answers (MQTT 5: response topic and correlation data, this in hexadecimal). `ended` says why nothing more is sent there.
CREATE TABLE reply (
    id INTEGER PRIMARY KEY,
    arrival INTEGER NOT NULL REFERENCES arrival (id),
    at TEXT NOT NULL,
    topic TEXT NOT NULL,
    correlation TEXT,
    ended TEXT
) STRICT;
CREATE UNIQUE INDEX reply_once ON reply (arrival, topic, ifnull(correlation, '-'));

-- The documents of which each is told what becomes of them: found by document, with every receipt.
CREATE TABLE reply_document (
    document TEXT NOT NULL,
    source TEXT NOT NULL,
    reply INTEGER NOT NULL REFERENCES reply (id) ON DELETE CASCADE,
    PRIMARY KEY (document, source, reply)
) STRICT, WITHOUT ROWID;
CREATE INDEX reply_document_reply ON reply_document (reply);

-- The receipts that are still to be sent there. A row leaves when it was sent.
CREATE TABLE answer (
    receipt INTEGER NOT NULL REFERENCES receipt (id) ON DELETE CASCADE,
    reply INTEGER NOT NULL REFERENCES reply (id) ON DELETE CASCADE,
    PRIMARY KEY (receipt, reply)
) STRICT, WITHOUT ROWID;
CREATE INDEX answer_reply ON answer (reply);
