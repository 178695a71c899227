-- Bodies a second that a source may send; null: as many as it likes.
ALTER TABLE sources ADD COLUMN IF NOT EXISTS rate_per_second integer;
