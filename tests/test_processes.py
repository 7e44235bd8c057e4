"""Work done by several processes: in order, ended with whoever waits for it, and told of where one of them dies."""

from __future__ import annotations

import math
import os
import signal
import subprocess
import sys
from contextlib import closing
from itertools import count, islice
from pathlib import Path

import pytest

import cuibono
from cuibono.graph.build.staging import gathering, processes
from cuibono.graph.build.staging.processes import in_processes, shared_out
from cuibono.graph.errors import InvalidInput, ProcessDied
from cuibono.graph.progress import Step
from tests.tables import register, write_csv, write_mapping
from tests.test_staging import by_bulk, export_of, mangled, staged_in, told_of

pytestmark = pytest.mark.slow


def test_few_tasks_are_done_by_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "processors", lambda: 2)
    here = os.getpid()
    done = list(shared_out(_process, iter(range(5))))
    assert done == [here] * 5
    assert here not in list(shared_out(_process, iter(range(8))))[5:]


def is_there(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_results_come_in_the_order_of_the_tasks() -> None:
    assert list(in_processes(math.sqrt, range(50), 3)) == [math.sqrt(number) for number in range(50)]
    assert list(in_processes(math.sqrt, [], 3)) == []


def test_no_more_tasks_are_taken_than_are_on_their_way() -> None:
    taken = count()
    with closing(in_processes(math.sqrt, taken, 2)) as results:
        assert list(islice(results, 3)) == [0, 1, math.sqrt(2)]
        assert next(taken) <= 3 + 2 * 2 + 1


def test_an_error_is_raised_where_the_result_is_waited_for() -> None:
    results = in_processes(math.sqrt, [4, -1, 9], 2)
    assert next(results) == 2
    with pytest.raises(ValueError, match="math domain error"):
        next(results)


def test_a_process_that_dies_is_told_of() -> None:
    with pytest.raises(ProcessDied, match=r"was ended with code 9; if memory was short"):
        list(in_processes(os._exit, [9], 2))
    with pytest.raises(ProcessDied, match=r"was ended by signal 11;"):
        list(in_processes(signal.raise_signal, [signal.SIGSEGV] * 20, 2))


def test_processes_end_when_nobody_waits_any_more() -> None:
    with closing(in_processes(_process, count(), 2)) as results:
        processes = {next(results), next(results)}
        assert len(processes) == 2
        assert all(map(is_there, processes))
    assert not any(map(is_there, processes))


def test_processes_end_when_the_one_that_began_them_is_killed() -> None:
    program = (
        "import os\nfrom cuibono.graph.build.staging.processes import in_processes\n"
        "results = in_processes(os.getpgid, iter(lambda: 0, 1), 2)\n"
        "print(next(results), next(results), flush=True)\ninput()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as one:
        assert one.stdout is not None
        assert len(one.stdout.readline().split()) == 2
        one.kill()
        # They have its standard error, too, which ends with the last of them.
        assert one.communicate(timeout=60)[1] == ""


def by_processes(monkeypatch: pytest.MonkeyPatch, alone: int = 1) -> None:
    monkeypatch.setattr(processes, "processors", lambda: 2)
    monkeypatch.setattr(processes, "_ALONE", alone)
    monkeypatch.setattr(gathering, "_LOADED_AT_ONCE", 100)


def test_a_table_is_the_same_graph_and_report_by_one_process_and_by_several(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mapping = write_mapping(tmp_path)
    text = mapping.read_text(encoding="utf-8")
    conditions = '    when: {kind: {not: [robot]}, owner: {matches: "[a-z]"}, filing: {empty: false}}\n'
    mapping.write_text(text.replace("    object: company\n", f"    object: company\n{conditions}"), encoding="utf-8")
    table = write_csv(tmp_path / "owners.csv", mangled(3))
    by_bulk(monkeypatch)
    found = []
    for name in ("one", "several"):
        monkeypatch.setattr(processes, "processors", lambda: 1)
        if name == "several":
            by_processes(monkeypatch)
        rejects = tmp_path / f"{name}.csv"
        with cuibono.open(tmp_path / name) as kg:
            with pytest.raises(InvalidInput) as refused:
                kg.import_table(table, mapping)
            report = kg.import_table(table, mapping, keep_going=True, rejects=rejects)
            assert report.rejected > 20
            found.append((told_of(report), export_of(kg, tmp_path / "g.nq"), rejects.read_bytes(), str(refused.value)))
    assert found[0] == found[1]


def test_an_import_that_lost_a_process_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table, mapping = write_csv(tmp_path / "owners.csv", register(400)), write_mapping(tmp_path)
    by_bulk(monkeypatch)
    by_processes(monkeypatch, alone=2)
    told: list[Step | str] = []
    with cuibono.open(tmp_path / "store") as kg:
        with monkeypatch.context() as patched:
            patched.setattr(processes, "in_processes", lambda _, tasks, count: in_processes(_fatal, tasks, count))
            with pytest.raises(ProcessDied):
                kg.import_table(table, mapping)
        assert kg.version == 0
        report = kg.import_table(table, mapping, progress=told.append)
        assert told[0] == "going on after 100 rows, which an interrupted import has read"
        assert (report.rows, report.load.added["Statement"]) == (400, 400)
    assert staged_in(tmp_path) == []


def _fatal(_: object) -> None:
    os._exit(3)


def _process(_: object) -> int:
    return os.getpid()
