-- The statements along which interest runs.
SELECT
  s.number AS statement, s.subject_number AS subject, s.object_number AS object,
  s.forward * s.certainty AS forward, s.backward * s.certainty AS backward,
  s.chains, coalesce(s.since, 0) AS since, coalesce(s.until, 99999999) AS until, s.undated, b.rank AS basis, d.disputer
FROM seen s
JOIN bases b ON b.basis = s.basis
LEFT JOIN disputed d
  ON d.relation = s.relation
  AND d.low = CASE WHEN s.symmetric AND s.object_number < s.subject_number THEN s.object_number ELSE s.subject_number END
  AND d.high = CASE WHEN s.symmetric AND s.object_number < s.subject_number THEN s.subject_number ELSE s.object_number END
WHERE s.subject_kind = 'entity' AND s.object_kind = 'entity' AND s.subject_number <> s.object_number
  AND s.certainty > 0 AND (s.forward <> 0 OR s.backward <> 0)
