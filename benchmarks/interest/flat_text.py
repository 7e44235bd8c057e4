"""SPARQL for speed, over the flat graph: what an actor's strongest paths of one length are, for several targets at once.

Each query walks as the C loop does: from the end with fewer relations, the last two met from the side with fewer, and
what is too weak to matter left at once. ``LATERAL`` (SEP-0006, which Oxigraph understands) makes it walk in the order
in which it is written.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Search", "flat_query"]


@dataclass(frozen=True, slots=True)
class Search:
    """What is sought: the strongest paths from an actor to the target of a stance.

    Attributes
    ----------
    effect : int
        Which stance, and what it touches.
    since, until : int
        The days on which the stance may have been taken.
    floor : float
        Weaker paths do not matter.
    incoming : int
        How many relations lead into the target.
    strongest : float
        The strongest of those.
    """

    effect: int
    target: int
    since: int
    until: int
    floor: float
    incoming: int
    strongest: float


def flat_query(actor: int, outgoing: int, strongest: float, searches: Iterable[Search], *, hops: int, forward: bool) -> str:
    """Return a query whose rows are ``?effect ?most ?least``: the greatest and the least interest of paths of one length.

    Parameters
    ----------
    outgoing : int
        How many relations lead out of the actor.
    strongest : float
        The strongest of those.
    hops : int
        How many relations a path has, 1 to 3.
    forward : bool
        Whether to begin at the actor, or at the targets.
    """
    here, places = f"<n:{actor}>", range(1, hops + 1)
    rows = " ".join(f"({s.effect} <n:{s.target}> {s.since} {s.until} {s.floor!r} {s.incoming} {s.strongest!r})" for s in searches)
    walk = _WALKS[hops, forward or hops == 1].format(here=here, outgoing=outgoing, strongest=repr(strongest), **_steps(here))
    product = " * ".join(f"?w{place}" for place in places)
    halves = " * ".join(f"IF(?disputer{place} = -2 || ?disputer{place} = {actor}, 1e0, 5e-1)" for place in places)
    return f"""SELECT ?effect (MAX(?interest) AS ?most) (MIN(?interest) AS ?least) {{
VALUES (?effect ?target ?from ?to ?floor ?incoming ?strongest) {{ {rows} }}
{walk}
FILTER(ABS({product}) >= ?floor)
{" ".join(map(_kind, places))}
FILTER({" + ".join(f"?broken{place}" for place in places)} <= 1)
BIND({product} * {halves} AS ?interest) FILTER(ABS(?interest) >= ?floor)
}} GROUP BY ?effect"""


def _steps(here: str) -> dict[str, str]:
    return {
        "direct": _taken(1, here, "?target"),
        "first": _taken(1, here, "?n1"),
        "last_of_two": _taken(2, "?n1", "?target"),
        "middle": _taken(2, "?n1", "?n2"),
        "last": _taken(3, "?n2", "?target"),
        "out_1": _known("n1", "strongest_out"),
        "out_2": _known("n2", "strongest_out"),
        "in_2": _known("n2", "strongest_in"),
        "ways_1": _known("n1", "outgoing"),
        "ways_2": _known("n2", "incoming"),
    }


def _taken(place: int, source: str, target: str) -> str:
    return f"LATERAL {{ {source} ?e{place} {target} }} LATERAL {{ ?e{place} <p:weight> ?w{place} }}"


def _known(node: str, name: str) -> str:
    """Return the pattern of what an entity that interest passes through says of itself, under a name of its own."""
    return f"LATERAL {{ ?{node} <p:{name}> ?{node}_{name} }}"


def _kind(place: int) -> str:
    """Return the pattern of what else there is to know of a relation, which must have held when the stance was taken."""
    known = " ".join(f"LATERAL {{ ?kind{place} <p:{name}> ?{name}{place} }}" for name in ("since", "until", "disputer", "broken"))
    return f"LATERAL {{ ?e{place} <p:kind> ?kind{place} }} {known} FILTER(?since{place} <= ?to && ?until{place} >= ?from)"


_WALKS = {
    (1, True): "{direct}",
    (2, True): """{first} FILTER(ABS(?w1) * ?strongest >= ?floor && ?n1 != ?target)
{out_1} FILTER(ABS(?w1) * ?n1_strongest_out >= ?floor) {last_of_two}""",
    (2, False): """{last_of_two} FILTER(ABS(?w2) * {strongest} >= ?floor && ?n1 != {here}) {out_1} {first}""",
    (3, True): """{first} FILTER(ABS(?w1) * ?strongest >= ?floor && ?n1 != ?target)
{out_1} FILTER(ABS(?w1) * ?n1_strongest_out * ?strongest >= ?floor) {ways_1}
LATERAL {{
  {{ {{ FILTER(?n1_outgoing <= ?incoming) }}
    {middle} FILTER(?n2 != ?target && ?n2 != {here} && ABS(?w1 * ?w2) * ?strongest >= ?floor)
    {out_2} FILTER(ABS(?w1 * ?w2) * ?n2_strongest_out >= ?floor) {last} }}
  UNION
  {{ {{ FILTER(?n1_outgoing > ?incoming) }}
    {last} FILTER(?n2 != {here} && ?n2 != ?n1 && ABS(?w1 * ?w3) * ?n1_strongest_out >= ?floor) {out_2} {middle} }}
}}""",
    (3, False): """{last} FILTER(ABS(?w3) * {strongest} >= ?floor && ?n2 != {here})
{in_2} FILTER(ABS(?w3) * ?n2_strongest_in * {strongest} >= ?floor) {ways_2}
LATERAL {{
  {{ {{ FILTER(?n2_incoming < {outgoing}) }}
    {middle} FILTER(?n1 != ?target && ?n1 != {here} && ABS(?w2 * ?w3) * {strongest} >= ?floor) {out_1} {first} }}
  UNION
  {{ {{ FILTER(?n2_incoming >= {outgoing}) }}
    {first} FILTER(?n1 != ?target && ?n1 != ?n2 && ABS(?w1 * ?w3) * ?n2_strongest_in >= ?floor) {out_1} {middle} }}
}}""",
}
"""By how many relations, and whether to begin at the actor."""
