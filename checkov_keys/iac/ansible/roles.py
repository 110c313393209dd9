"""The variables that a role brings along: those of its `vars`, and its `defaults`, which anything else overrides.

https://docs.ansible.com/ansible/latest/playbook_guide/playbooks_reuse_roles.html#role-directory-structure
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from checkov.common.util.file_utils import read_file_with_any_encoding
from yaml import YAMLError

from checkov_keys.iac.ansible.tasks import parse_document

# Files of a role whose tasks see its variables.
_OF_TASKS = frozenset(("tasks", "handlers"))
_ENDINGS = (".yml", ".yaml", ".json", "")
# Nobody writes as much by hand.
_MOST_BYTES = 1_000_000


def read_role_variables(path: str) -> dict[str, Any]:
    """Return the variables of the role that a file of tasks belongs to, {} if it belongs to none.

    A file of variables that cannot be read, or is not a mapping, gives none: what refers to them is not resolved then.
    """
    folder = Path(path).parent
    if folder.name not in _OF_TASKS:
        return {}
    return {**_read_main(folder.parent / "defaults"), **_read_main(folder.parent / "vars")}


def _read_main(folder: Path) -> dict[str, Any]:
    for ending in _ENDINGS:
        file = folder / f"main{ending}"
        try:
            if not file.is_file():
                continue
            if file.stat().st_size > _MOST_BYTES:
                return {}
            content = parse_document(read_file_with_any_encoding(file))
        except (OSError, ValueError, YAMLError, RecursionError):
            return {}
        return {str(name): value for name, value in content.items()} if isinstance(content, dict) else {}
    return {}
