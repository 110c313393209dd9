"""Writes docs/commands.md from the help of the commands themselves: make docs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from checkov_keys.cli.commands import COMMANDS

_PAGE = Path(__file__).resolve().parents[1] / "docs" / "commands.md"
_INTRODUCTION = """# Commands

This page is what each command says with `--help`. `make docs` writes it, and a test compares it with the program. The
exit codes of all commands are side by side in [ci.md](ci.md#exit-codes).

"""
_COMPLETION = """## Completion

Commands, flags and their values are completed at Tab if the start-up file of your shell has one of these lines:

```sh
eval "$(register-python-argcomplete checkov-keys)"                   # bash, zsh
register-python-argcomplete --shell fish checkov-keys | source      # fish
```

`register-python-argcomplete` is beside `checkov-keys`, where Checkov is installed.

"""


def main() -> None:
    """Write the page."""
    contents = "".join(f"- [{command.name}](#checkov-keys-{command.name})\n" for command in COMMANDS)
    sections = [f"## checkov-keys {command.name}\n\n{_block(command.name, '--help')}" for command in COMMANDS]
    parts = (_INTRODUCTION, _block("--help"), "\n", contents, "\n", _COMPLETION, "\n".join(sections))
    _PAGE.write_text("".join(parts), encoding="utf-8")


def _block(*arguments: str) -> str:
    """Return a fenced block that shows a command line and what it prints."""
    command = [sys.executable, "-m", "checkov_keys", *arguments]
    environment = {**os.environ, "COLUMNS": "100"}
    # S603: our own interpreter and arguments.
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)  # noqa: S603
    return f"```console\n$ checkov-keys {' '.join(arguments)}\n{done.stdout}```\n"


if __name__ == "__main__":
    main()
