-- The walks that crossed none of those bridges, and have more to try.
SELECT s.*
FROM {seek} s
WHERE s.ways > {until}
  AND NOT EXISTS (
    SELECT 1 FROM {crossing} c
    WHERE c.stance = s.stance AND c.bearing = s.bearing AND c.trail = s.trail AND c.positive = s.positive
  )
