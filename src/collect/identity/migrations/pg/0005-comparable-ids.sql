-- Emails and phones that were stored as they were written come into the form in which they are compared (`comparable-id.ts`). Where the form is held
-- already, the older row wins: a further row of the same person goes; one of another person stays as it was, so that nobody is lost, and is told as a
-- conflict for members to decide.
DROP TABLE IF EXISTS comparable_ids;
CREATE TEMPORARY TABLE comparable_ids ON COMMIT DROP AS
SELECT project_id, kind, value, person_id, linked_at, form, row_number() OVER (
    PARTITION BY project_id, kind, form ORDER BY (value = form) DESC, linked_at, person_id, value) AS place
FROM (
  SELECT project_id, kind, value, person_id, linked_at,
    CASE kind WHEN 'email' THEN lower(regexp_replace(value, '^[\s\u00a0\u3000\ufeff]+|[\s\u00a0\u3000\ufeff]+$', '', 'g'))
      ELSE regexp_replace(value, '[\s()\-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff\u058a\u05be\u1400\u1806\u2010-\u2015\u2e17\u2e1a\u2e3a\u2e3b\u2e40\u301c\u3030\u30a0\ufe31\ufe32\ufe58\ufe63\uff0d]', '', 'g') END AS form
  FROM identities WHERE kind IN ('email', 'phone')
) AS forms;

-- Only groups in which something has to change, and forms that say something.
DELETE FROM comparable_ids AS one WHERE one.form = '' OR NOT EXISTS (
  SELECT 1 FROM comparable_ids AS other
  WHERE other.project_id = one.project_id AND other.kind = one.kind AND other.form = one.form AND other.value <> other.form);

INSERT INTO identity_conflicts (project_id, kind, value, held_by, wanted_by, reason, outcome, first_at, last_at)
SELECT DISTINCT ON (late.project_id, late.kind, late.form, first.person_id, late.person_id)
  late.project_id, late.kind, late.form, first.person_id, late.person_id, 'same_in_form', 'kept', late.linked_at, now()
FROM comparable_ids AS late
JOIN comparable_ids AS first ON first.project_id = late.project_id AND first.kind = late.kind AND first.form = late.form AND first.place = 1
WHERE late.place > 1 AND late.person_id <> first.person_id
ON CONFLICT (project_id, kind, value, held_by, wanted_by, reason) DO NOTHING;

DELETE FROM identities USING comparable_ids AS late
JOIN comparable_ids AS first ON first.project_id = late.project_id AND first.kind = late.kind AND first.form = late.form AND first.place = 1
WHERE late.place > 1 AND late.person_id = first.person_id AND identities.project_id = late.project_id AND identities.kind = late.kind AND identities.value = late.value;

UPDATE identities SET value = first.form FROM comparable_ids AS first
WHERE first.place = 1 AND first.value <> first.form AND identities.project_id = first.project_id AND identities.kind = first.kind AND identities.value = first.value;
