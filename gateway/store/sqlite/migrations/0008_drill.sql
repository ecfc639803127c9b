-- Drills that people opened: exercises sound only inside one.
CREATE TABLE drill (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    until TEXT NOT NULL,
    body TEXT NOT NULL,
    closed TEXT
) STRICT;
