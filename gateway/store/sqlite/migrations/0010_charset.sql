-- The charset that a sender stated beside its bytes. The digest of an arrival covers it, so the chain does too.
ALTER TABLE arrival ADD COLUMN charset TEXT NOT NULL DEFAULT '';
