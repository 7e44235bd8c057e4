-- One relation more: from the actor's end or from the target's, whichever has fewer ways to go. Which end that
-- is depends on the two ends alone; each path is so found once.
SELECT
  stance, bearing, actor, target, since, until, floor,
  product, broken, ahead + 1 AS ahead, behind,
  node AS head, ways AS outgoing, strongest AS strongest_out,
  tail, incoming, strongest_in,
  CASE ahead WHEN 0 THEN edge ELSE a1 END AS a1,
  CASE ahead WHEN 1 THEN edge ELSE a2 END AS a2,
  CASE ahead WHEN 2 THEN edge ELSE a3 END AS a3,
  b1, b2, b3,
  CASE ahead + behind WHEN 0 THEN node ELSE n1 END AS n1,
  CASE ahead + behind WHEN 1 THEN node ELSE n2 END AS n2,
  CASE ahead + behind WHEN 2 THEN node ELSE n3 END AS n3
FROM (
  SELECT
    w.stance, w.bearing, w.actor, w.target, w.since, w.until, w.floor, w.gain_needed, w.loss_needed,
    w.product * e.weight * CASE WHEN e.disputer <> w.actor THEN 0.5E0 ELSE 1E0 END AS product,
    w.broken OR NOT e.chains AS broken, w.ahead, w.behind,
    w.tail, w.incoming, w.strongest_in, w.a1, w.a2, w.a3, w.b1, w.b2, w.b3, w.n1, w.n2, w.n3,
    e.edge, e.target AS node, e.target_outgoing AS ways, e.target_strongest AS strongest
  FROM sought w
  JOIN edge e ON e.source = w.head
  WHERE w.outgoing <= w.incoming
    AND e.target_carries AND e.target NOT IN (w.actor, w.target, w.n1, w.n2, w.n3)
    AND (e.chains OR NOT w.broken) AND e.since <= w.until AND e.until >= w.since
) forward
WHERE product <> 0 AND abs(product) * strongest * strongest_in >= least(gain_needed, loss_needed)
UNION ALL
SELECT
  stance, bearing, actor, target, since, until, floor,
  product, broken, ahead, behind + 1,
  head, outgoing, strongest_out,
  node, ways, strongest,
  a1, a2, a3,
  CASE behind WHEN 0 THEN edge ELSE b1 END,
  CASE behind WHEN 1 THEN edge ELSE b2 END,
  CASE behind WHEN 2 THEN edge ELSE b3 END,
  CASE ahead + behind WHEN 0 THEN node ELSE n1 END,
  CASE ahead + behind WHEN 1 THEN node ELSE n2 END,
  CASE ahead + behind WHEN 2 THEN node ELSE n3 END
FROM (
  SELECT
    w.stance, w.bearing, w.actor, w.target, w.since, w.until, w.floor, w.gain_needed, w.loss_needed,
    w.product * e.weight * CASE WHEN e.disputer <> w.actor THEN 0.5E0 ELSE 1E0 END AS product,
    w.broken OR NOT e.chains AS broken, w.ahead, w.behind,
    w.head, w.outgoing, w.strongest_out, w.a1, w.a2, w.a3, w.b1, w.b2, w.b3, w.n1, w.n2, w.n3,
    e.edge, e.source AS node, e.source_incoming AS ways, e.source_strongest AS strongest
  FROM sought w
  JOIN edge e ON e.target = w.tail
  WHERE w.outgoing > w.incoming
    AND e.source_carries AND e.source NOT IN (w.actor, w.target, w.n1, w.n2, w.n3)
    AND (e.chains OR NOT w.broken) AND e.since <= w.until AND e.until >= w.since
) backward
WHERE product <> 0 AND abs(product) * strongest_out * strongest >= least(gain_needed, loss_needed)
