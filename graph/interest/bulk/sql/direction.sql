-- Each of them once for each direction that carries; their numbers order as those of the statements.
SELECT
  2 * cast(statement AS BIGINT) AS edge, statement, subject AS source, object AS target, forward AS weight,
  chains, since, until, undated, basis, disputer
FROM interest WHERE forward <> 0
UNION ALL
SELECT
  2 * cast(statement AS BIGINT) + 1, statement, object, subject, backward,
  chains, since, until, undated, basis, disputer
FROM interest WHERE backward <> 0
