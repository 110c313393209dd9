"""What a Terraform file says, before Checkov rendered it.

Checkov binds every reference to a module's output to the first call of that module's source, whichever call the
reference names (https://github.com/bridgecrewio/checkov/issues/7674), and keeps only the rendered value. Where a
user leads through an output, the file itself must be read again.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checkov.common.graph.graph_builder.graph_components.attribute_names import CustomAttributes
from hcl2.api import load
from lark.exceptions import LarkError

if TYPE_CHECKING:
    from checkov_keys.iac.graph_access import Vertex

logger = logging.getLogger(__name__)


class TerraformSource:
    """Reads HCL files, each once."""

    def __init__(self) -> None:
        """Start with nothing read."""
        self._files: dict[str, dict[str, Any]] = {}

    def expression(self, vertex: Vertex, attribute: str) -> str | None:
        """Return an attribute as the file spells it, without a `${}` around the whole; None where it has none."""
        block = self._block(vertex)
        value = _first(block.get(attribute)) if block else None
        return unwrapped(value) if isinstance(value, str) else None

    def _block(self, vertex: Vertex) -> dict[str, Any] | None:
        block_type = vertex[CustomAttributes.BLOCK_TYPE]
        path = str(vertex[CustomAttributes.FILE_PATH])
        name = str(vertex[CustomAttributes.BLOCK_NAME]).split("[", 1)[0]
        for entry in self._file(path).get(str(block_type), []):
            if block_type == "locals":
                if name in entry:
                    return entry  # type: ignore[no-any-return]  # hcl2 is untyped
                continue
            block: Any = entry
            for label in name.split(".", 1):
                block = block.get(label) if isinstance(block, dict) else None
            if isinstance(block, dict):
                return block
        return None

    def _file(self, path: str) -> dict[str, Any]:
        if path not in self._files:
            try:
                with Path(path).open(encoding="utf-8") as file:
                    self._files[path] = load(file)
            except (OSError, UnicodeError, LarkError) as error:
                logger.info("cannot read %s again: %s", path, error)
                self._files[path] = {}
        return self._files[path]


def unwrapped(expression: str) -> str:
    """Return an expression without the `${}` around the whole of it."""
    whole = expression.startswith("${") and expression.endswith("}") and "${" not in expression[2:]
    return expression[2:-1].strip() if whole else expression


def _first(value: object) -> object:
    """Return the value that Checkov's dialect of hcl2 wraps in a list of one."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value
