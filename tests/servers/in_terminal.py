"""Runs a command at a terminal of its own: `python in_terminal.py TERMINAL COMMAND…`, in a session of its own.

The first terminal that the leader of a session opens becomes its controlling one, which is where prompts go.
"""

import os
import sys

if __name__ == "__main__":
    os.open(sys.argv[1], os.O_RDWR)
    os.execvp(sys.argv[2], sys.argv[2:])  # noqa: S606  # becomes the command
