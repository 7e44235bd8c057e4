-- The paths that one relation closes: it leads from the one end to the other.
SELECT
  stance, bearing, product, ahead + behind + 1 AS hops,
  CASE WHEN ahead = 0 THEN edge ELSE a1 END AS p1,
  CASE WHEN ahead = 1 THEN edge WHEN ahead > 1 THEN a2
       ELSE CASE ahead + behind WHEN 1 THEN b1 WHEN 2 THEN b2 WHEN 3 THEN b3 WHEN 4 THEN b4 END END AS p2,
  CASE WHEN ahead = 2 THEN edge WHEN ahead > 2 THEN a3
       ELSE CASE ahead + behind WHEN 2 THEN b1 WHEN 3 THEN b2 WHEN 4 THEN b3 END END AS p3,
  CASE WHEN ahead = 3 THEN edge WHEN ahead > 3 THEN a4
       ELSE CASE ahead + behind WHEN 3 THEN b1 WHEN 4 THEN b2 END END AS p4,
  CASE WHEN ahead = 4 THEN edge
       ELSE CASE ahead + behind WHEN 4 THEN b1 END END AS p5
FROM (
  SELECT
    w.stance, w.bearing, w.floor, w.ahead, w.behind, w.a1, w.a2, w.a3, w.a4, w.b1, w.b2, w.b3, w.b4, e.edge,
    w.product * e.weight * CASE WHEN e.disputer <> w.actor THEN 0.5E0 ELSE 1E0 END AS product
  FROM {walk} w
  JOIN edge e ON e.source = w.head AND e.target = w.tail
  WHERE (e.chains OR NOT w.broken) AND e.since <= w.until AND e.until >= w.since
) closed
WHERE product <> 0 AND abs(product) >= floor
