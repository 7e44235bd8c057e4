-- The same, a path a row. No IRI holds a space, and lists of words are what both engines can make of text.
WITH spread AS (
  SELECT
    stance, bearing, opposing, max(place) AS hops, max(basis) AS basis, bool_or(undated) AS undated,
    max(CASE WHEN place = 1 THEN statement END) AS s1, max(CASE WHEN place = 1 THEN node END) AS n1,
    max(CASE WHEN place = 2 THEN statement END) AS s2, max(CASE WHEN place = 2 THEN node END) AS n2,
    max(CASE WHEN place = 3 THEN statement END) AS s3, max(CASE WHEN place = 3 THEN node END) AS n3,
    max(CASE WHEN place = 4 THEN statement END) AS s4, max(CASE WHEN place = 4 THEN node END) AS n4,
    max(CASE WHEN place = 5 THEN statement END) AS s5, max(CASE WHEN place = 5 THEN node END) AS n5,
    max(CASE WHEN place = 1 THEN weight END) AS w1, bool_or(place = 1 AND halved) AS h1,
    max(CASE WHEN place = 2 THEN weight END) AS w2, bool_or(place = 2 AND halved) AS h2,
    max(CASE WHEN place = 3 THEN weight END) AS w3, bool_or(place = 3 AND halved) AS h3,
    max(CASE WHEN place = 4 THEN weight END) AS w4, bool_or(place = 4 AND halved) AS h4,
    max(CASE WHEN place = 5 THEN weight END) AS w5, bool_or(place = 5 AND halved) AS h5
  FROM hop
  GROUP BY stance, bearing, opposing
)
SELECT
  s.stance, s.bearing, s.opposing, s.hops, s.basis, s.undated,
  split(concat_ws(' ', s.s1, s.s2, s.s3, s.s4, s.s5), ' ') AS statements,
  concat_ws(' ', s.n1, s.n2, s.n3, s.n4, s.n5) AS nodes,
  CASE s.hops
    WHEN 1 THEN array_append(q.no_numbers, s.w1)
    WHEN 2 THEN array_append(array_append(q.no_numbers, s.w1), s.w2)
    WHEN 3 THEN array_append(array_append(array_append(q.no_numbers, s.w1), s.w2), s.w3)
    WHEN 4 THEN array_append(array_append(array_append(array_append(q.no_numbers, s.w1), s.w2), s.w3), s.w4)
    ELSE array_append(array_append(array_append(array_append(array_append(q.no_numbers, s.w1), s.w2), s.w3), s.w4), s.w5)
  END AS weights,
  CASE s.hops
    WHEN 1 THEN array_append(q.no_flags, s.h1)
    WHEN 2 THEN array_append(array_append(q.no_flags, s.h1), s.h2)
    WHEN 3 THEN array_append(array_append(array_append(q.no_flags, s.h1), s.h2), s.h3)
    WHEN 4 THEN array_append(array_append(array_append(array_append(q.no_flags, s.h1), s.h2), s.h3), s.h4)
    ELSE array_append(array_append(array_append(array_append(array_append(q.no_flags, s.h1), s.h2), s.h3), s.h4), s.h5)
  END AS halved
FROM spread s
CROSS JOIN question q
