"""Keeps Checkov from logging, once per runner, that a few files of this repository are not policies.

With --external-checks-git, Checkov takes every .yaml and .yml of a repository for a policy, and logs for these
that they are not. GitHub, pre-commit and MkDocs prescribe their names and their form.
"""

from __future__ import annotations

import logging
import re
from pathlib import Path

# The first comes from checkov/common/checks_infra/registry.py, on its own logger, the second from its neighbour.
_REGISTRY = "checkov.common.checks_infra.registry"
_NO_MAPPING = "Loaded data from JSON is not Dict. Skipping. Data: [{'id': 'checkov-keys',"
_NO_POLICY = re.compile(r"Custom policy (.+?)(?:action|mkdocs|\.github/workflows/\w+)\.yml is missing required fields ")


class _OwnFiles(logging.Filter):
    """Lets everything pass except these messages about files of this repository."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        policy = _NO_POLICY.match(message)
        ours = policy and Path(policy.group(1), "checkov_keys", "external_checks").is_dir()
        return not (ours or message.startswith(_NO_MAPPING))


_OWN_FILES = _OwnFiles()


def pass_over_own_files() -> None:
    """Suppress the messages about them, however often this is called."""
    for logger in (logging.getLogger(), logging.getLogger(_REGISTRY)):
        logger.addFilter(_OWN_FILES)
