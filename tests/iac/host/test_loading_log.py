"""What is not logged while Checkov loads this repository as external checks."""

import logging
from pathlib import Path

import pytest

from checkov_keys.iac.host.loading_log import pass_over_own_files

ROOT = Path(__file__).resolve().parents[3]
REGISTRY = "checkov.common.checks_infra.registry"
NO_POLICY = "Custom policy %s/%s is missing required fields metadata.id, definition"
NO_MAPPING = "Loaded data from JSON is not Dict. Skipping. Data: [{'id': '%s', 'name': 'x'}]."


@pytest.fixture
def logged(caplog):
    """Log a message and return what is kept; the filters are taken away afterwards."""
    loggers = (logging.getLogger(), logging.getLogger(REGISTRY))
    before = [list(logger.filters) for logger in loggers]
    pass_over_own_files()
    pass_over_own_files()

    def log(name, message):
        logging.getLogger(name).warning("%s", message)
        return caplog.messages

    yield log
    for logger, filters in zip(loggers, before):
        assert len(logger.filters) <= len(filters) + 1
        logger.filters[:] = filters


CASES = {
    "silent: the action of this repository": (None, NO_POLICY % (ROOT, "action.yml"), True),
    "silent: a workflow of this repository": (None, NO_POLICY % (ROOT, ".github/workflows/release.yml"), True),
    "silent: the site of this repository": (None, NO_POLICY % (ROOT, "mkdocs.yml"), True),
    "silent: the hooks of this repository": (REGISTRY, NO_MAPPING % "checkov-keys", True),
    "an action of another repository": (None, NO_POLICY % ("other", "action.yml"), False),
    "a workflow of another repository": (None, NO_POLICY % ("other", ".github/workflows/release.yml"), False),
    "hooks of another repository": (REGISTRY, NO_MAPPING % "other", False),
    "another file of this repository": (None, NO_POLICY % (ROOT, "keys.yml"), False),
    "malformed: no path": (None, "Custom policy ", False),
    "anything else": (None, "cannot parse", False),
}


@pytest.mark.parametrize(("name", "message", "silent"), CASES.values(), ids=CASES)
def test_messages(logged, name, message, silent):
    """Only the messages about these files of this repository are dropped."""
    assert ([] if silent else [message]) == logged(name, message)
