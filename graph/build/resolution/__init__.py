"""Which entities may be one: found by identifiers and names, weighed with reasons, and decided by people where in doubt."""

from cuibono.graph.build.resolution.resolving import RESOLUTION, Resolution, resolution_of, settled
from cuibono.graph.build.resolution.scoring import Match, Outcome

__all__ = ["RESOLUTION", "Match", "Outcome", "Resolution", "resolution_of", "settled"]
