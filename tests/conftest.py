"""What all tests share.

Graphs of a few letters come from ``tests.graphs``, small dossiers on disk from ``tests.dossiers``, and arbitrary graphs
for property tests from ``tests.generated``.
"""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def missing(reason: str) -> NoReturn:
    """Skip a test for want of something that a bare machine lacks; where everything is meant to be there, fail it."""
    if os.environ.get("CUIBONO_CI") == "1":
        pytest.fail(f"missing, though CUIBONO_CI=1 says that everything is there: {reason}", pytrace=False)
    pytest.skip(reason)
