"""Writes docs/commands.md, and the help that the README shows, from the commands themselves: make docs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from checkov_keys.cli.commands import COMMANDS

_ROOT = Path(__file__).resolve().parents[1]
_SHOWN = re.compile(r"```console\n\$ checkov-keys --help\n.*?```\n", re.DOTALL)
_INTRODUCTION = """# Commands

What each command says with `--help`. `make docs` writes this page, and a test holds it to the program.

"""


def _block(*arguments: str) -> str:
    """Return a block that shows a command line and what it prints."""
    command = [sys.executable, "-m", "checkov_keys", *arguments]
    environment = {**os.environ, "COLUMNS": "100"}
    # S603: our own interpreter and arguments.
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)  # noqa: S603
    return f"```console\n$ checkov-keys {' '.join(arguments)}\n{done.stdout}```\n"


def main() -> None:
    """Write both files."""
    sections = [f"## checkov-keys {command.name}\n\n{_block(command.name, '--help')}" for command in COMMANDS]
    (_ROOT / "docs" / "commands.md").write_text(_INTRODUCTION + "\n".join(sections), encoding="utf-8")
    readme = _ROOT / "README.md"
    shown = _block("--help")
    readme.write_text(_SHOWN.sub(lambda _: shown, readme.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
