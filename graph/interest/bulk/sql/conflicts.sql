-- One row for each conflict of interest, the strongest first.
SELECT
  a.iri AS actor, t.iri AS target, s.iri AS stance, c.iri AS claim, b.iri AS bearing,
  f.alignment, f.strength, f.effective AS effective_stance, f.interest,
  m.statements AS path_statements,
  CASE WHEN m.nodes IS NOT NULL THEN split(concat_ws(' ', a.iri, m.nodes), ' ') END AS path_nodes,
  m.weights AS path_weights, m.halved AS path_halved,
  o.statements AS opposing_statements,
  CASE WHEN o.nodes IS NOT NULL THEN split(concat_ws(' ', a.iri, o.nodes), ' ') END AS opposing_nodes,
  o.weights AS opposing_weights, o.halved AS opposing_halved,
  coalesce(m.hops, 0) AS hops, w.basis AS weakest_basis,
  f.alignment <> 'OWN_CASE' AND (f.undated OR m.undated OR coalesce(o.undated, false)) AS undated
FROM finding f
LEFT JOIN route m ON m.stance = f.stance AND m.bearing = f.bearing AND NOT m.opposing
LEFT JOIN route o ON o.stance = f.stance AND o.bearing = f.bearing AND o.opposing
JOIN bases w ON w.rank = greatest(f.basis, coalesce(m.basis, 0), coalesce(o.basis, 0))
JOIN entities a ON a.number = f.actor
JOIN entities t ON t.number = f.target
JOIN statements s ON s.number = f.stance
LEFT JOIN claims c ON c.number = f.claim
LEFT JOIN statements b ON b.number = f.bearing
ORDER BY round(f.strength, 12) DESC, a.iri, t.iri, s.iri, coalesce(b.iri, '')
