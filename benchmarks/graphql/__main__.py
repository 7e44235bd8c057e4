"""Questions a second of cuibono and of what others would serve the same data with.

The server has one core and the load another. The same generated graph stands behind all: in cuibono's store, and as JSON
in the memory of the others. Answers are compared before they are timed, numbers to nine places.
cuibono keeps answers that are asked for again while the graph stays as it is, and of 400 bodies (one, for B) all are; it also
stands here with nothing kept. The others, as they come, keep no answers. They have conflicts of interest beforehand, and only
look them up; "worked out" are those that walk the graph when they are asked, in adjacency lists whose weights are worked out
beforehand; the sentences that explain are looked up by them, too.
Rounds go through all servers in turn, so that what else the machine does hits all alike; medians count.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
from collections import defaultdict
from pathlib import Path

import httpx

from benchmarks.graphql.load import Rate, requests_a_second
from benchmarks.graphql.questions import Question, prepared
from benchmarks.graphql.servers import SERVERS, Server, installed, running

_SERVER_CORE, _LOAD_CORE = 0, 1


def main() -> None:
    """Run the measurements."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--statements", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=2, help="of load, for each question, server and round")
    parser.add_argument("--servers", help="only those whose names have this as a part; more than one with commas")
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
                    for question in _asked_of(server, questions):
                        _compare(url, question, expected)
                        for seconds in (1, options.seconds):  # the first to warm up
                            rate = requests_a_second(url, process, question, folder, core=_LOAD_CORE, seconds=seconds)
                        rates[server.name, question.name].append(rate)
        medians = {key: Rate(*map(statistics.median, zip(*found, strict=True))) for key, found in rates.items()}
        _show(questions, servers, medians)


def _asked_of(server: Server, questions: list[Question]) -> list[Question]:
    return [question for question in questions if question.name in server.only]


def _compare(url: str, question: Question, expected: dict[str, object]) -> None:
    """Raise if a server answers other than those before it."""
    for body in question.bodies[:40]:
        answer = httpx.post(url, content=body, headers={"content-type": "application/json"}).json()
        found = _rounded(answer)
        assert found == expected.setdefault(body, found), (url, question.name, json.dumps(answer)[:500])


def _rounded(answer: object) -> object:
    """Return an answer with its numbers rounded: a product is another in its last place when taken in another order."""
    match answer:
        case dict():
            return {name: _rounded(value) for name, value in answer.items()}
        case list():
            return [_rounded(value) for value in answer]
        case float():
            return round(answer, 9)
        case _:
            return answer


def _show(questions: list[Question], servers: list[Server], medians: dict[tuple[str, str], Rate]) -> None:
    print("requests in a second: by the clock, and of the server's processor; and the same as a part of the first")
    for question in questions:
        print(f"\n{question.name}: {question.about}")
        asked = [server.name for server in servers if question.name in server.only]
        ours = medians[asked[0], question.name]
        for name in asked:
            rate = medians[name, question.name]
            part = rate.by_processor / ours.by_processor if ours.by_processor else 0.0
            print(f"  {name:<38} {rate.by_clock:>10,.0f} {rate.by_processor:>10,.0f} {part:>8.3f}", flush=True)


if __name__ == "__main__":
    main()
