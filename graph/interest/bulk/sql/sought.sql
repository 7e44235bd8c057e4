-- The walks that can still matter, given the paths found so far, and what a path of each sign must reach: no
-- less than the strongest of that sign, and half of the strongest of the other.
WITH best AS (
  SELECT
    stance, bearing,
    max(CASE WHEN product > 0 THEN product ELSE 0E0 END) AS gain,
    max(CASE WHEN product < 0 THEN -product ELSE 0E0 END) AS loss
  FROM path
  GROUP BY stance, bearing
),
needed AS (
  SELECT
    w.*,
    greatest(w.floor, coalesce(b.gain, 0E0) - 1E-9, coalesce(b.loss, 0E0) / 2E0 - 1E-9) AS gain_needed,
    greatest(w.floor, coalesce(b.loss, 0E0) - 1E-9, coalesce(b.gain, 0E0) / 2E0 - 1E-9) AS loss_needed
  FROM {walk} w
  LEFT JOIN best b ON b.stance = w.stance AND b.bearing = w.bearing
)
SELECT
  n.*,
  row_number() OVER (PARTITION BY stance, bearing ORDER BY a1, b1, a2, b2, a3, b3) AS trail
FROM needed n
WHERE abs(product) * strongest_out * strongest_in >= least(gain_needed, loss_needed)
