-- Times are ISO 8601 with offset. JSON columns hold the model's values as pydantic writes them.
CREATE TABLE arrival (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    source TEXT NOT NULL,
    peer TEXT NOT NULL,
    digest TEXT NOT NULL UNIQUE,
    raw BLOB NOT NULL,
    state TEXT NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'judged', 'quarantined')),
    why TEXT
) STRICT;
CREATE INDEX arrival_new ON arrival (id) WHERE state = 'new';

-- A document is known by its key and the source it came from: what an untrusted source sends shadows nobody's.
CREATE TABLE document (
    key TEXT NOT NULL,
    arrival INTEGER NOT NULL REFERENCES arrival (id),
    source TEXT NOT NULL,
    sender TEXT NOT NULL,
    identifier TEXT NOT NULL,
    at TEXT NOT NULL,
    alert TEXT NOT NULL,
    verdict TEXT NOT NULL,
    trace TEXT NOT NULL,
    held_until TEXT,
    PRIMARY KEY (key, source)
) STRICT;
CREATE INDEX document_identity ON document (source, identifier);
CREATE INDEX document_at ON document (at);
CREATE INDEX document_held ON document (held_until) WHERE held_until IS NOT NULL;

-- What a document refers to, also what was never heard: a Cancel that came first leaves its mark here.
CREATE TABLE mention (
    document TEXT NOT NULL,
    source TEXT NOT NULL,
    identifier TEXT NOT NULL,
    PRIMARY KEY (identifier, document, source)
) STRICT, WITHOUT ROWID;

CREATE TABLE plan (
    id TEXT PRIMARY KEY,
    document TEXT,
    body TEXT NOT NULL,
    start TEXT NOT NULL,
    ended TEXT
) STRICT;
CREATE INDEX plan_document ON plan (document);
CREATE INDEX plan_live ON plan (id) WHERE ended IS NULL;

CREATE TABLE burst (
    plan TEXT NOT NULL REFERENCES plan (id),
    speaker TEXT NOT NULL,
    number INTEGER NOT NULL,
    body TEXT NOT NULL,
    outcome TEXT,
    PRIMARY KEY (plan, speaker, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE site (
    version INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    written_by TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT;

CREATE TABLE act (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    person TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT;

CREATE TABLE receipt (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    document TEXT NOT NULL,
    body TEXT NOT NULL,
    sent INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX receipt_owed ON receipt (id) WHERE sent = 0;
