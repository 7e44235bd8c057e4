"""How long answers take at half of what the server can do, with a large graph behind it.

python -m benchmarks.graphql.latencies --statements 1e6

The server has one core and the load another. First `wrk` tells how many requests a second the server answers at most, then
half as many are sent, spread evenly; a late request counts from when it was due. With answers kept, and with none. (autocannon
sends each second's share at once and rests for what is left of it: a server that is half idle looks busy then.)
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

from benchmarks.graphql.load import latencies, requests_a_second
from benchmarks.graphql.questions import Question
from benchmarks.graphql.servers import LARGE, installed, running

_MOST = 20_000
"""Requests a second: what the client surely sends in time."""


def main() -> None:
    """Run the measurements."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--statements", default="1e6")
    parser.add_argument("--seconds", type=int, default=10, help="of load, for each question")
    options = parser.parse_args()
    print("milliseconds at half of what the server can do")
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        installed(folder)
        for server in LARGE:
            with running(server, folder, 0, {"statements": options.statements}) as (url, process):
                bodies = json.loads((folder / "bodies.json").read_text(encoding="utf-8"))
                for question in (Question(name, "", found) for name, found in bodies.items()):
                    for seconds in (2, 3):  # the first to warm up
                        most = requests_a_second(url, process, question, folder, core=1, seconds=seconds).by_clock
                    rate = min(most / 2, _MOST)
                    found = latencies(url, question, folder, core=1, seconds=options.seconds, rate=rate)
                    told = ", ".join(f"{name} {value:g}" for name, value in found.items())
                    print(f"{server.name:<24} {question.name} at {rate:,.0f} of {most:,.0f} a second: {told}", flush=True)


if __name__ == "__main__":
    main()
