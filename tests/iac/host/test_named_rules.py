"""Checkov runs graph checks side by side; what comes of it does not depend on which one ends first."""

from threading import Event

import pytest
from checkov.common.graph.checks_infra.registry import BaseRegistry
from checkov.runner_filter import RunnerFilter

from checkov_keys.iac.host.named_rules import restrict_graph_checks


class Check:
    """A graph check that ends after another one, and lets others end after it."""

    severity = bc_severity = bc_id = None
    name = guideline = ""

    def __init__(self, number, after, ended):
        self.id, self.after, self.ended = number, after, ended

    def run(self, _graph):
        assert self.after is None or self.after.wait(30)
        self.ended.set()
        return [], [{"address": self.id}], []

    def get_evaluated_keys(self):
        return []


@pytest.mark.parametrize("first", ["CKV2_KEYS_1", "CKV2_KEYS_5"])
def test_results_are_in_the_order_of_ids(first):
    """Whichever of two checks ends first."""
    ended = Event()
    registry = BaseRegistry(None)
    registry.checks = [
        Check(number, None if number == first else ended, ended if number == first else Event())
        for number in ("CKV2_KEYS_5", "CKV2_KEYS_1")
    ]
    restrict_graph_checks(registry)
    results = registry.run_checks(None, RunnerFilter(), "terraform")
    assert ["CKV2_KEYS_1", "CKV2_KEYS_5"] == [check.id for check in results]
    assert [[{"address": check.id}] for check in results] == [
        [result["entity"] for result in found] for found in results.values()
    ]
