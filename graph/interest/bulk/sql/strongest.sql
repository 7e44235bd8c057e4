-- The strongest path of each sign; of equal ones the shorter, then the one of smaller statements.
WITH best AS (
  SELECT stance, bearing, product > 0 AS gains, max(abs(product)) AS size FROM path GROUP BY stance, bearing, product > 0
),
ranked AS (
  SELECT
    p.stance, p.bearing, b.gains, p.product, p.hops, p.p1, p.p2, p.p3, p.p4, p.p5,
    row_number() OVER (
      PARTITION BY p.stance, p.bearing, b.gains ORDER BY p.hops, p.p1, p.p2, p.p3, p.p4, p.p5
    ) AS place
  FROM path p
  JOIN best b ON b.stance = p.stance AND b.bearing = p.bearing AND b.gains = (p.product > 0)
  WHERE abs(p.product) >= b.size - 1E-12
)
SELECT stance, bearing, gains, product, hops, p1, p2, p3, p4, p5 FROM ranked WHERE place = 1
