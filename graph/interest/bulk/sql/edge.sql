-- What a step needs to know of the relation that it takes, and of the entities at both ends.
SELECT
  d.*,
  t.carries AS target_carries, t.outgoing AS target_outgoing, t.strongest_out AS target_strongest,
  s.carries AS source_carries, s.incoming AS source_incoming, s.strongest_in AS source_strongest
FROM direction d
JOIN node t ON t.entity = d.target
JOIN node s ON s.entity = d.source
