-- Who sends a document again has not had our receipt: it is owed again, in the same words (`sent` is 0 not yet, 1 told, 2 owed again).
CREATE INDEX receipt_again ON receipt (id) WHERE sent = 2;
CREATE INDEX receipt_arrival ON receipt (body ->> 'arrival') WHERE body ->> 'arrival' IS NOT NULL;

-- A cancel over one road ends what came over another: the road is not known beforehand.
CREATE INDEX document_identifier ON document (identifier);
