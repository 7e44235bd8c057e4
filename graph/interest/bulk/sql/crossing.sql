-- The first bridge, of some of them, that each walk can cross, and the path that this makes.
WITH crossed AS (
  SELECT
    s.stance, s.bearing, s.trail, s.positive, s.product * b.weight AS product, s.ahead, s.behind, b.edge_1, b.edge_2,
    s.a1, s.a2, s.a3, s.b1, s.b2, s.b3,
    row_number() OVER (PARTITION BY s.stance, s.bearing, s.trail, s.positive ORDER BY b.place) AS turn
  FROM {seek} s
  JOIN bridge b ON b.head = s.head AND b.tail = s.tail AND b.positive = s.positive
  WHERE b.place > {after} AND b.place <= {until}
    AND b.node NOT IN (s.actor, s.target, s.n1, s.n2, s.n3)
    AND (b.chains OR NOT s.broken) AND b.since <= s.until AND b.until >= s.since
    AND (b.walker IS NULL OR b.walker = s.actor)
    AND abs(s.product * b.weight) >= s.needed
)
SELECT
  stance, bearing, trail, positive, product, ahead + behind + 2 AS hops,
  CASE ahead WHEN 0 THEN edge_1 ELSE a1 END AS p1,
  CASE ahead WHEN 0 THEN edge_2 WHEN 1 THEN edge_1 ELSE a2 END AS p2,
  CASE ahead WHEN 1 THEN edge_2 WHEN 2 THEN edge_1 WHEN 3 THEN a3
    ELSE CASE behind WHEN 1 THEN b1 WHEN 2 THEN b2 WHEN 3 THEN b3 END END AS p3,
  CASE ahead WHEN 2 THEN edge_2 WHEN 3 THEN edge_1
    ELSE CASE ahead + behind WHEN 2 THEN b1 WHEN 3 THEN b2 END END AS p4,
  CASE ahead WHEN 3 THEN edge_2
    ELSE CASE ahead + behind WHEN 3 THEN b1 END END AS p5
FROM crossed
WHERE turn = 1
