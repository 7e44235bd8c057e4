-- The ways to cross each gap in two relations, the strongest first. From the end with fewer ways to go, so that
-- one hub costs nothing; what two hubs have between them is worked out once.
WITH crossed AS (
  SELECT
    g.head, g.tail, g.needed, a.target AS node, a.edge AS edge_1, z.edge AS edge_2,
    a.weight * z.weight AS weight, a.chains AND z.chains AS chains,
    greatest(a.since, z.since) AS since, least(a.until, z.until) AS until,
    a.disputer AS disputer_1, z.disputer AS disputer_2
  FROM gap g
  JOIN edge a ON a.source = g.head
  JOIN edge z ON z.source = a.target AND z.target = g.tail
  WHERE g.outgoing <= g.incoming AND a.target_carries AND (a.chains OR z.chains)
    AND abs(a.weight) * g.strongest_in >= g.needed AND abs(a.weight * z.weight) >= g.needed
  UNION ALL
  SELECT
    g.head, g.tail, g.needed, z.source, a.edge, z.edge,
    a.weight * z.weight, a.chains AND z.chains,
    greatest(a.since, z.since), least(a.until, z.until),
    a.disputer, z.disputer
  FROM gap g
  JOIN edge z ON z.target = g.tail
  JOIN edge a ON a.source = g.head AND a.target = z.source
  WHERE g.outgoing > g.incoming AND z.source_carries AND (a.chains OR z.chains)
    AND abs(z.weight) * g.strongest_out >= g.needed AND abs(a.weight * z.weight) >= g.needed
),
-- A disputed relation counts half, but whole for the one who alone disputes it: a way of its own.
weighed AS (
  SELECT
    c.head, c.tail, c.needed, c.node, c.edge_1, c.edge_2, c.chains, c.since, c.until,
    CASE v.place WHEN 2 THEN c.disputer_1 WHEN 3 THEN c.disputer_2 END AS walker,
    c.weight * CASE v.place
      WHEN 1 THEN CASE WHEN c.disputer_1 IS NULL THEN 1E0 ELSE 0.5E0 END * CASE WHEN c.disputer_2 IS NULL THEN 1E0 ELSE 0.5E0 END
      WHEN 2 THEN CASE WHEN c.disputer_2 <> c.disputer_1 THEN 0.5E0 ELSE 1E0 END
      ELSE CASE WHEN c.disputer_1 IS NULL THEN 1E0 ELSE 0.5E0 END
    END AS weight
  FROM crossed c
  JOIN places v
    ON v.place = 1
    OR (v.place = 2 AND c.disputer_1 >= 0)
    OR (v.place = 3 AND c.disputer_2 >= 0 AND (c.disputer_1 IS NULL OR c.disputer_1 <> c.disputer_2))
)
SELECT
  head, tail, weight > 0 AS positive, node, edge_1, edge_2, weight, chains, since, until, walker,
  row_number() OVER (PARTITION BY head, tail, weight > 0 ORDER BY round(abs(weight), 12) DESC, edge_1, edge_2) AS place,
  count(*) OVER (PARTITION BY head, tail, weight > 0) AS ways
FROM weighed
WHERE weight <> 0 AND abs(weight) >= needed
