-- What lies between the ends of those walks: each pair of ends once, however many walks lead there.
SELECT
  head, outgoing, strongest_out, tail, incoming, strongest_in,
  min(least(gain_needed, loss_needed) / abs(product)) AS needed
FROM sought
GROUP BY head, outgoing, strongest_out, tail, incoming, strongest_in
