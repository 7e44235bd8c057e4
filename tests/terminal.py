"""The command line on a terminal, which is where colours, prompts and progress belong."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import termios
from collections.abc import Sequence
from pathlib import Path

from tests.command_line import COMMAND, environment


def on_terminal(
    *arguments: str | Path, typed: str = "", columns: int = 100, command: Sequence[str] = COMMAND, **variables: str
) -> tuple[int, str]:
    """Run a command on a terminal of its own, and return its exit code and all that was on the screen."""
    command = [*command, *map(str, arguments)]
    process, terminal = pty.fork()
    if process == 0:
        os.execvpe(command[0], command, environment(TERM="xterm-256color", **variables))
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    os.write(terminal, typed.encode())
    screen = b""
    try:
        while data := os.read(terminal, 65_536):
            screen += data
    except OSError:
        # Linux reports the end of a pseudo-terminal as an error.
        pass
    os.close(terminal)
    _, status = os.waitpid(process, 0)
    return os.waitstatus_to_exitcode(status), screen.decode()
