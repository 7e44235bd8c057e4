-- Who stands against each proposition by their latest stance: one entity, or -1 where there are several.
WITH stance_on AS (
  SELECT
    CASE WHEN r.symmetric AND t.object_number < t.subject_number THEN t.object_number ELSE t.subject_number END AS low,
    t.relation,
    CASE WHEN r.symmetric AND t.object_number < t.subject_number THEN t.subject_number ELSE t.object_number END AS high,
    s.subject_number AS actor, s.stance_sign, s.stated_first, s.stated_last
  FROM seen s
  JOIN statements t ON t.number = s.object_number
  JOIN relations r ON r.relation = t.relation
  WHERE s.stance_sign <> 0 AND s.object_kind = 'statement' AND t.subject_kind = 'entity' AND t.object_kind = 'entity'
),
latest AS (
  SELECT *, max(stated_first) OVER (PARTITION BY low, relation, high, actor) AS latest FROM stance_on
)
SELECT low, relation, high, CASE WHEN min(actor) = max(actor) THEN min(actor) ELSE -1 END AS disputer
FROM latest
WHERE stance_sign < 0 AND (latest IS NULL OR stated_last IS NULL OR stated_last >= latest)
GROUP BY low, relation, high
