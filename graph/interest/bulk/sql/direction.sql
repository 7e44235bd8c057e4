-- Each of them once for each direction that carries; their numbers order as those of the statements. Left out is what
-- no finding can rest on. That is first what is too weak for any path: no factor is above 1, so a path is no stronger
-- than its weakest relation. And it is what another relation between the same two entities does better: one that is
-- undisputed, at least as strong and never ends, and began no later; of equal ones the smaller statement goes first.
WITH directed AS (
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
),
compared AS (
  SELECT
    d.*,
    min(CASE WHEN d.disputer IS NULL AND d.until = 99999999 THEN d.since END) OVER (
      PARTITION BY d.source, d.target, d.weight > 0, d.chains ORDER BY round(abs(d.weight), 12) DESC, d.edge
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS better_since
  FROM directed d
)
SELECT edge, statement, source, target, weight, chains, since, until, undated, basis, disputer
FROM compared
WHERE better_since IS NULL OR better_since > since
