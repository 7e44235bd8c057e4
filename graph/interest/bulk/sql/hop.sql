-- The paths of the findings, hop by hop.
SELECT
  c.stance, c.bearing, c.opposing, c.place, s.iri AS statement, n.iri AS node,
  e.weight * CASE WHEN e.disputer <> c.actor THEN 0.5E0 ELSE 1E0 END AS weight,
  coalesce(e.disputer <> c.actor, false) AS halved, e.undated, e.basis
FROM (
  SELECT
    f.stance, f.bearing, f.actor, f.gains <> p.gains AS opposing, o.place,
    CASE o.place WHEN 1 THEN p.p1 WHEN 2 THEN p.p2 WHEN 3 THEN p.p3 WHEN 4 THEN p.p4 ELSE p.p5 END AS edge
  FROM finding f
  JOIN strongest p ON p.stance = f.stance AND p.bearing = f.bearing
  JOIN places o ON o.place <= p.hops
  WHERE f.mixed OR f.gains = p.gains
) c
JOIN edge e ON e.edge = c.edge
JOIN statements s ON s.number = e.statement
JOIN entities n ON n.number = e.target
