-- Orders to move and lifts that still stand are asked for with every warning: found without looking through every plan that lives.
DROP INDEX plan_moving;
CREATE INDEX plan_standing ON plan (document) WHERE ended IS NULL AND body ->> 'act' IN ('move', 'lift');
