"""The command line: `main` runs it, and each family of commands has a file."""

from cuibono.api.cli.program import main

__all__ = ["main"]
