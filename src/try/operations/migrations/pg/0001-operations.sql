CREATE TABLE IF NOT EXISTS operations (
  project_id int NOT NULL,
  operation text NOT NULL,
  kind text NOT NULL,
  name text NOT NULL,
  goal jsonb NOT NULL,
  control_percent int NOT NULL CHECK (control_percent BETWEEN 0 AND 90),
  started_at timestamptz NOT NULL,
  ended_at timestamptz,
  PRIMARY KEY (project_id, operation)
);
CREATE TABLE IF NOT EXISTS operation_facts (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  project_id int NOT NULL,
  facts jsonb NOT NULL
);
