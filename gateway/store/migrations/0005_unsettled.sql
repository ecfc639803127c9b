-- Plans that were ended by another document and whose bursts nobody has settled yet: a list of work, emptied by the dispatcher.
CREATE TABLE unsettled (plan TEXT PRIMARY KEY) WITHOUT ROWID;
