-- The statements that the question sees, with what the vocabulary says of their relations.
SELECT
  s.number, s.subject_kind, s.subject_number, s.relation, s.object_kind, s.object_number, s.basis,
  coalesce(s.confidence, 1E0) AS certainty,
  s.stated_on_first AS stated_first, s.stated_on_last AS stated_last,
  -- A stance whose beginning is unknown begins when it was said.
  coalesce(s.valid_from_first, CASE WHEN r.stance IS NOT NULL THEN s.stated_on_first END) AS since,
  s.valid_to_last AS until,
  s.valid_from_first IS NULL AS undated,
  coalesce(r.stance, 0E0) AS stance_sign, coalesce(r.bearing, 0E0) AS bearing_sign,
  coalesce(r.forward_scaled_weight * s.scale, r.forward_weight) AS forward,
  coalesce(r.backward_scaled_weight * s.scale, r.backward_weight) AS backward,
  r.chains, r.symmetric
FROM statements s
JOIN relations r ON r.relation = s.relation
JOIN wanted_status w ON w.status = s.status
CROSS JOIN question q
WHERE (q.day_last IS NULL OR coalesce(s.valid_from_first, CASE WHEN r.stance IS NOT NULL THEN s.stated_on_first END, 0) <= q.day_last)
  AND (q.day_first IS NULL OR coalesce(s.valid_to_last, 99999999) >= q.day_first)
