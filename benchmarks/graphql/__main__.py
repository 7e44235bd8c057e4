"""Questions a second of cuibono and of what others would serve the same data with.

The server has one core and the load another. The same generated graph stands behind all: in cuibono's store, and as JSON
in the memory of the others, their conflicts of interest worked out before. Each answer is compared before it is timed.
cuibono keeps answers that are asked for again while the graph stays as it is, and of 400 bodies (one, for B) many are; the
others, as they come, keep none: `benchmarks.graphql_executor`, in process, tells what keeping saves.
Rounds go through all servers in turn, so that what else the machine does hits all alike; medians count.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import tempfile
from collections import defaultdict
from pathlib import Path

import httpx

from benchmarks.graphql.load import Rate, latencies, requests_a_second
from benchmarks.graphql.questions import Question, prepared
from benchmarks.graphql.servers import SERVERS, installed, running

_SERVER_CORE, _LOAD_CORE = 0, 1


def main() -> None:
    """Run the measurements."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--statements", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=3, help="of load, for each question, server and round")
    parser.add_argument("--servers", help="only those whose names have this as a part; more than one with commas")
    parser.add_argument("--latencies", action="store_true", help="also those of cuibono at half of what it can do")
    options = parser.parse_args()
    wanted = [part.strip().lower() for part in (options.servers or "").split(",")]
    servers = [server for server in SERVERS if any(part in server.name.lower() for part in wanted)]
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        questions = prepared(options.statements, folder)
        installed(folder)
        rates: dict[tuple[str, str], list[Rate]] = defaultdict(list)
        expected: dict[str, object] = {}
        for _ in range(options.rounds):
            for server in servers:
                with running(server, folder, _SERVER_CORE) as (url, process):
                    for question in questions:
                        _compare(url, question, expected)
                        for seconds in (1, options.seconds):  # the first to warm up
                            rate = requests_a_second(url, process, question, folder, core=_LOAD_CORE, seconds=seconds)
                        rates[server.name, question.name].append(rate)
        medians = {key: Rate(*map(statistics.median, zip(*found, strict=True))) for key, found in rates.items()}
        _show(questions, [server.name for server in servers], medians)
        if options.latencies:
            with running(SERVERS[0], folder, _SERVER_CORE) as (url, _):
                for question in questions:
                    half = medians[SERVERS[0].name, question.name].by_clock / 2
                    found = latencies(url, question, folder / "node", core=_LOAD_CORE, seconds=options.seconds, rate=half)
                    print(f"{question.name} at {half:,.0f}/s, ms:", ", ".join(f"{k} {v:g}" for k, v in found.items()))


def _compare(url: str, question: Question, expected: dict[str, object]) -> None:
    """Raise if a server answers other than those before it."""
    found = httpx.post(url, content=question.bodies[0], headers={"content-type": "application/json"}).json()
    assert found == expected.setdefault(question.name, found), (url, question.name, json.dumps(found)[:500])


def _show(questions: list[Question], names: list[str], medians: dict[tuple[str, str], Rate]) -> None:
    print("requests in a second: by the clock, and of the server's processor; and how many times as many the first answers")
    for question in questions:
        print(f"\n{question.name}: {question.about}")
        ours = medians[names[0], question.name]
        for name in names:
            rate = medians[name, question.name]
            times = ours.by_processor / rate.by_processor if rate.by_processor else math.inf  # none came in time
            print(f"  {name:<28} {rate.by_clock:>10,.0f} {rate.by_processor:>10,.0f} {times:>8.2f}")


if __name__ == "__main__":
    main()
