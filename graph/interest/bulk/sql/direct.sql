-- The paths of one relation.
SELECT
  stance, bearing, product, 1 AS hops, edge AS p1,
  cast(NULL AS BIGINT) AS p2, cast(NULL AS BIGINT) AS p3, cast(NULL AS BIGINT) AS p4, cast(NULL AS BIGINT) AS p5
FROM (
  SELECT
    w.stance, w.bearing, w.floor, e.edge,
    e.weight * CASE WHEN e.disputer <> w.actor THEN 0.5E0 ELSE 1E0 END AS product
  FROM walk_0 w
  JOIN edge e ON e.source = w.head AND e.target = w.tail
  WHERE e.since <= w.until AND e.until >= w.since
) closed
WHERE product <> 0 AND abs(product) >= floor
