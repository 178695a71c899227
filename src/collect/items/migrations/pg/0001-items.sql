-- The catalogue of what people do things with: goods, articles, shops. One row an item, its properties as one object.
CREATE TABLE IF NOT EXISTS items (
  project_id int NOT NULL,
  type text NOT NULL,
  id text NOT NULL,
  properties jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (project_id, type, id)
);
