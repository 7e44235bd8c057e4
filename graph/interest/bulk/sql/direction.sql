-- Each of them once for each direction that carries; their numbers order as those of the statements. What is too
-- weak for any path is left out: no factor is above 1, so a path is no stronger than its weakest relation.
SELECT
  2 * cast(i.statement AS BIGINT) AS edge, i.statement, i.subject AS source, i.object AS target, i.forward AS weight,
  i.chains, i.since, i.until, i.undated, i.basis, i.disputer
FROM interest i
CROSS JOIN question q
WHERE i.forward <> 0 AND abs(i.forward) >= q.least / 2E0 - 1E-9
UNION ALL
SELECT
  2 * cast(i.statement AS BIGINT) + 1, i.statement, i.object, i.subject, i.backward,
  i.chains, i.since, i.until, i.undated, i.basis, i.disputer
FROM interest i
CROSS JOIN question q
WHERE i.backward <> 0 AND abs(i.backward) >= q.least / 2E0 - 1E-9
