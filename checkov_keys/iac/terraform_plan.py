"""What Checkov leaves out of a plan's graph: which values Terraform will only know after the apply."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

logger = logging.getLogger(__name__)


class PlanFacts:
    """Reads plan files, each once.

    https://developer.hashicorp.com/terraform/internals/json-format
    """

    def __init__(self) -> None:
        """Start with nothing read."""
        self._unknown: dict[str, dict[str, Any]] = {}

    def is_unknown(self, path: str, address: str, attribute: str) -> bool:
        """Tell whether a resource's attribute is known only after the apply."""
        if path not in self._unknown:
            self._unknown[path] = _after_unknown(path)
        return bool(self._unknown[path].get(address, {}).get(attribute))


def _after_unknown(path: str) -> dict[str, Any]:
    try:
        plan = json.loads(Path(path).read_text(encoding="utf-8-sig"))
        changes = plan.get("resource_changes") or []
        return {change["address"]: change["change"].get("after_unknown") or {} for change in changes}
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        logger.info("cannot read %s again: %s", path, error)
        return {}
