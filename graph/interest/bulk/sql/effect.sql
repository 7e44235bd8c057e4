-- What each stance touches: an entity itself, or all that the claim it is on bears on.
WITH touched AS (
  SELECT
    number AS stance, cast(-1 AS INTEGER) AS bearing, cast(NULL AS INTEGER) AS claim,
    subject_number AS actor, object_number AS target, stance_sign AS effective, certainty,
    stated_first, stated_last, basis, basis AS bearing_basis
  FROM seen
  WHERE stance_sign <> 0 AND subject_kind = 'entity' AND object_kind = 'entity'
  UNION ALL
  SELECT
    s.number, b.number, s.object_number,
    s.subject_number, b.object_number, s.stance_sign * b.bearing_sign * b.certainty, s.certainty,
    s.stated_first, s.stated_last, s.basis, b.basis
  FROM seen s
  JOIN seen b ON b.subject_number = s.object_number
  WHERE s.stance_sign <> 0 AND s.subject_kind = 'entity' AND s.object_kind = 'claim'
    AND b.bearing_sign <> 0 AND b.subject_kind = 'claim' AND b.object_kind = 'entity'
),
weighed AS (
  SELECT t.*, abs(t.effective) * t.certainty AS weight, q.least FROM touched t CROSS JOIN question q
)
SELECT
  w.stance, w.bearing, w.claim, w.actor, w.target, w.effective, w.weight,
  coalesce(w.stated_first, 0) AS since, coalesce(w.stated_last, 99999999) AS until, w.stated_first IS NULL AS undated,
  CASE WHEN s.rank > b.rank THEN s.rank ELSE b.rank END AS basis,
  -- An opposing path is shown from half the strength of the main one.
  w.least / w.weight / 2E0 - 1E-9 AS floor
FROM weighed w
JOIN bases s ON s.basis = w.basis
JOIN bases b ON b.basis = w.bearing_basis
WHERE w.weight > 0 AND w.weight >= w.least
