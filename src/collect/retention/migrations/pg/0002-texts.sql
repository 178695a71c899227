-- What the person is called in texts that others wrote; kept only until everything was looked through again.
ALTER TABLE erasures ADD COLUMN IF NOT EXISTS texts jsonb;
