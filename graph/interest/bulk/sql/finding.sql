-- Stance and interest in the same target: which way they lie, and how strongly.
WITH met AS (
  SELECT
    e.*, g.product AS gain, l.product AS loss,
    g.product IS NOT NULL AND (l.product IS NULL OR g.product >= -l.product - 1E-12) AS gains
  FROM effect e
  LEFT JOIN strongest g ON g.stance = e.stance AND g.bearing = e.bearing AND g.gains
  LEFT JOIN strongest l ON l.stance = e.stance AND l.bearing = e.bearing AND NOT l.gains
),
weighed AS (
  SELECT
    m.*,
    CASE WHEN m.actor = m.target THEN 1E0 WHEN m.gains THEN m.gain ELSE m.loss END AS interest,
    m.gain IS NOT NULL AND m.loss IS NOT NULL
      AND CASE WHEN m.gains THEN -m.loss ELSE m.gain END
        >= 0.5E0 * CASE WHEN m.gains THEN m.gain ELSE -m.loss END - 1E-12 AS mixed
  FROM met m
  WHERE m.actor = m.target OR m.gain IS NOT NULL OR m.loss IS NOT NULL
)
SELECT
  w.stance, w.bearing, w.claim, w.actor, w.target, w.effective, w.interest, w.gains, w.mixed, w.undated, w.basis,
  w.weight * abs(w.interest) AS strength,
  CASE
    WHEN w.actor = w.target THEN 'OWN_CASE'
    WHEN w.mixed THEN 'MIXED'
    WHEN w.effective * w.interest > 0 THEN 'SELF_SERVING'
    ELSE 'AGAINST_INTEREST'
  END AS alignment
FROM weighed w
CROSS JOIN question q
WHERE w.weight * abs(w.interest) >= q.least
