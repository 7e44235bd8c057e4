"""Conflicts of interest by the engine and by its peers; ``python -m benchmarks.interest`` runs them side by side."""
