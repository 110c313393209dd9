"""The command that installs packages into the environment of this Python, by the tool that made the environment."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path, PurePath


def format_install(*packages: str) -> str:
    """Return a line that installs or upgrades packages, written as requirements: "boto3[crt]>=1.41".

    What is quoted is in double quotes, which POSIX shells, cmd and PowerShell all take. pipx keeps pip out of its
    environments, and so does uv; both leave a file by which they are known again.
    https://pipx.pypa.io/stable/docs/#pipx-runpip
    https://docs.astral.sh/uv/concepts/tools/
    """
    return format_install_into(Path(sys.prefix), PurePath(sys.executable), packages, has_pip=bool(find_spec("pip")))


def format_install_into(environment: Path, python: PurePath, packages: tuple[str, ...], *, has_pip: bool) -> str:
    """Return the same for an environment, its Python, and whether pip is in it."""
    wanted = " ".join(_quote(package) for package in packages)
    if (environment / "pipx_metadata.json").is_file():
        return f"pipx runpip {_quote(environment.name)} install --upgrade {wanted}"
    if has_pip:
        return f"{_quote(str(python))} -m pip install --upgrade {wanted}"
    return f"uv pip install --python {_quote(str(python))} --upgrade {wanted}"


def _quote(word: str) -> str:
    return word if word and not set(word) & set(" []<>=&|;()'*?!$`") else f'"{word}"'
