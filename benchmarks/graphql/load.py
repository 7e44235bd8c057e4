"""Load on a server by `wrk` (requests a second) and by `arrivals.mjs` (latencies at a rate), from a core of its own."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import NamedTuple

from benchmarks.graphql.questions import Question

__all__ = ["Rate", "latencies", "requests_a_second"]

_CONNECTIONS = 32
_SCRIPT = """
local bodies, made, at = {{}}, {{}}, 0
for line in io.lines("{file}") do bodies[#bodies + 1] = line end
request = function()
  at = at % #bodies + 1
  wrk.headers["Content-Type"] = "application/json"
  made[at] = made[at] or wrk.format("POST", "/graphql", wrk.headers, bodies[at])
  return made[at]
end
"""


class Rate(NamedTuple):
    """Requests in a second by the clock, and in a second of the server's processor, which other processes do not slow."""

    by_clock: float
    by_processor: float


def requests_a_second(url: str, process: int, question: Question, folder: Path, *, core: int, seconds: int) -> Rate:
    """Return how many requests a server answers in a second, none of them with another status than 200."""
    bodies, script = folder / f"{question.name}.txt", folder / f"{question.name}.lua"
    bodies.write_text("\n".join(question.bodies), encoding="utf-8")
    script.write_text(_SCRIPT.format(file=bodies), encoding="utf-8")
    command = ["taskset", "-c", str(core), "wrk", "-t1", f"-c{_CONNECTIONS}", f"-d{seconds}s", "-s", str(script), url]
    before = _processor(process)
    told = subprocess.run(command, capture_output=True, encoding="utf-8", check=True).stdout
    spent = _processor(process) - before
    assert "Non-2xx" not in told, told
    found, answered = re.search(r"Requests/sec:\s+([\d.]+)", told), re.search(r"(\d+) requests in", told)
    assert found is not None, told
    assert answered is not None, told
    return Rate(float(found[1]), int(answered[1]) / spent)


def _processor(process: int) -> float:
    """Return how many seconds of a processor a process has spent."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def latencies(url: str, question: Question, folder: Path, *, core: int, seconds: int, rate: float) -> dict[str, float]:
    """Return the latencies in milliseconds at an even rate of requests; each counts from when it was due."""
    bodies = folder / f"{question.name}.txt"
    bodies.write_text("\n".join(question.bodies), encoding="utf-8")
    script = Path(__file__).parent / "peers" / "arrivals.mjs"
    command = ["taskset", "-c", str(core), "node", str(script), url, str(seconds), str(max(int(rate), 1)), str(bodies)]
    found: dict[str, float] = json.loads(subprocess.run(command, stdout=subprocess.PIPE, encoding="utf-8", check=True).stdout)
    return found
