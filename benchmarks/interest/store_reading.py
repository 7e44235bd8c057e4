"""The columns of a store on disk, read in a process of its own, so that its memory can be told."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from cuibono.graph.snapshot.reading import columns_in
from cuibono.graph.store.location import opened_store
from cuibono.schema import Vocabulary

__all__: list[str] = []


def main() -> None:
    """Print how many statements were read, seconds by the clock and of processors, and megabytes at most."""
    store = opened_store(sys.argv[1], create=False)
    begin, begun = time.perf_counter(), time.process_time()
    count = len(columns_in(store, Vocabulary.bundled()).statements.iri)
    figures = {"clock": time.perf_counter() - begin, "processor": time.process_time() - begun}
    status = dict(entry.split(":", 1) for entry in Path("/proc/self/status").read_text().splitlines())
    print(json.dumps({"statements": count, **figures, "megabytes": int(status["VmHWM"].split()[0]) / 1024}))


if __name__ == "__main__":
    main()
