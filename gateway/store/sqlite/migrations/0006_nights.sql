-- What sounded this night is counted again after a restart.
CREATE INDEX plan_start ON plan (start);
