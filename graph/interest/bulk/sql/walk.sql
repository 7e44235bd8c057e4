-- The beginnings of all searches: nothing walked yet, the actor at one end, the target at the other.
SELECT
  e.stance, e.bearing, e.actor, e.target, e.since, e.until, e.floor,
  1E0 AS product, false AS broken, 0 AS ahead, 0 AS behind,
  e.actor AS head, a.outgoing, a.strongest_out,
  e.target AS tail, t.incoming, t.strongest_in,
  cast(-1 AS BIGINT) AS a1, cast(-1 AS BIGINT) AS a2, cast(-1 AS BIGINT) AS a3,
  cast(-1 AS BIGINT) AS b1, cast(-1 AS BIGINT) AS b2, cast(-1 AS BIGINT) AS b3,
  cast(-1 AS INTEGER) AS n1, cast(-1 AS INTEGER) AS n2, cast(-1 AS INTEGER) AS n3
FROM effect e
JOIN node a ON a.entity = e.actor
JOIN node t ON t.entity = e.target
WHERE e.actor <> e.target AND a.strongest_out >= e.floor AND t.strongest_in >= e.floor
