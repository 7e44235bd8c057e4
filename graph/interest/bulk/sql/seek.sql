-- The walks, each once for each sign of the bridges that it may cross.
SELECT
  s.stance, s.bearing, s.trail, s.actor, s.target, s.since, s.until, s.product, s.broken, s.ahead, s.behind, s.head, s.tail,
  s.a1, s.a2, s.a3, s.b1, s.b2, s.b3, s.n1, s.n2, s.n3,
  b.positive, b.ways, CASE WHEN b.positive = (s.product > 0) THEN s.gain_needed ELSE s.loss_needed END AS needed
FROM sought s
JOIN bridge b ON b.head = s.head AND b.tail = s.tail
WHERE b.place = 1
  AND abs(s.product * b.weight) >= CASE WHEN b.positive = (s.product > 0) THEN s.gain_needed ELSE s.loss_needed END
