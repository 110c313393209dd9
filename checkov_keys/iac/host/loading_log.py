"""Keeps Checkov from logging, once a runner, that two files of this repository are no policies.

With --external-checks-git Checkov takes every .yaml and .yml of a repository for a policy, and says of these two that
they are none. GitHub and pre-commit ask for their names and their shapes.
"""

from __future__ import annotations

import logging
import re
from pathlib import Path

# checkov/common/checks_infra/registry.py says the first, on a logger of its own, checks_parser.py the second.
_REGISTRY = "checkov.common.checks_infra.registry"
_NO_MAPPING = "Loaded data from JSON is not Dict. Skipping. Data: [{'id': 'checkov-keys',"
_NO_POLICY = re.compile(r"Custom policy (.+)action\.yml is missing required fields ")


class _OwnFiles(logging.Filter):
    """Lets everything pass but those two messages about files of this repository."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        policy = _NO_POLICY.match(message)
        ours = policy and Path(policy.group(1), "checkov_keys", "external_checks").is_dir()
        return not (ours or message.startswith(_NO_MAPPING))


_OWN_FILES = _OwnFiles()


def pass_over_own_files() -> None:
    """Say nothing of them, however often this is called."""
    for logger in (logging.getLogger(), logging.getLogger(_REGISTRY)):
        logger.addFilter(_OWN_FILES)
