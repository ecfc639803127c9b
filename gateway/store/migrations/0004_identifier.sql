-- A Cancel over one broker names a document that came over another: the road is not known beforehand.
CREATE INDEX document_identifier ON document (identifier);
DROP INDEX document_identity;
