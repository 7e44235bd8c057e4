-- How many ways lead out of and into each entity, the strongest of each, and whether interest passes through.
WITH ends AS (
  SELECT source AS entity, 1 AS outgoing, 0 AS incoming, abs(weight) AS strongest_out, 0E0 AS strongest_in FROM direction
  UNION ALL
  SELECT target, 0, 1, 0E0, abs(weight) FROM direction
)
SELECT
  n.entity, cast(sum(n.outgoing) AS BIGINT) AS outgoing, cast(sum(n.incoming) AS BIGINT) AS incoming,
  max(n.strongest_out) AS strongest_out, max(n.strongest_in) AS strongest_in, c.carries_interest AS carries
FROM ends n
JOIN entities e ON e.number = n.entity
JOIN classes c ON c.class = e.class
GROUP BY n.entity, c.carries_interest
