-- How names are said here, as people taught it.
CREATE TABLE reading (
    phrase TEXT PRIMARY KEY,
    syllables TEXT NOT NULL
) STRICT;
