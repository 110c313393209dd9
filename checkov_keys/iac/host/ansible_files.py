"""Files of Ansible that Checkov does not hand on: those in which no task has a name."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Callable

from checkov.ansible import runner, utils
from checkov.common.util.file_utils import read_file_with_any_encoding

from checkov_keys.iac.ansible.modules import MARKS

if TYPE_CHECKING:
    from pathlib import Path

_ENDINGS = (".yaml", ".yml")
_ReadContent = Callable[..., "str | None"]


def prepare_ansible_runner() -> None:
    """Have Checkov's runner read every file that may call a module which makes keys; once, however often called."""
    if not hasattr(utils.get_relevant_file_content, "__wrapped__"):
        reading = _read_marked_too(utils.get_relevant_file_content)
        utils.get_relevant_file_content = reading
        setattr(runner, "get_relevant_file_content", reading)  # noqa: B010  # it is not the module's own


def _read_marked_too(read_content: _ReadContent) -> _ReadContent:
    @wraps(read_content)
    def read(file_path: str | Path) -> str | None:
        content = read_content(file_path=file_path)
        if content is not None or not str(file_path).endswith(_ENDINGS):
            return content
        # Checkov takes a file for Ansible's if a task begins with its name, which no task has to.
        text = read_file_with_any_encoding(file_path=file_path)
        return text if any(mark in text for mark in MARKS) else None

    return read
