"""What is read of a plan: by Checkov's own plan runner with this pack's check, in this process.

    read = read_plan(folder / "tfplan.json")
    read.records       # [(address, "failed")]: every record, and what is unknown, in any order
    read.users         # {address: UserIdentity}: of every key that is declared

Nothing is printed, and Checkov's own checks do not run.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from checkov.runner_filter import RunnerFilter
from checkov.terraform.plan_runner import Runner

from checkov_keys.iac.common.graph_view import GraphView, note_on_graph
from checkov_keys.iac.host.registration import register
from checkov_keys.iac.terraform.reader import TerraformReader


@dataclass(frozen=True)
class ReadPlan:
    """The keys that a plan is read to leave behind."""

    records: list[tuple[str, str]]
    """(address, verdict), sorted; a verdict is failed, passed, skipped or unknown."""
    users: dict[str, object]
    """Address: UserIdentity of each declared key."""
    statuses: dict[str, str]
    """Address: Active, Inactive or Unknown."""
    unjudged: dict[str, str]
    """Address: why nobody can tell whose key it is."""

    def list_addresses(self, verdict):
        """Addresses that have a verdict, sorted."""
        return [address for address, each in self.records if each == verdict]


def read_plan(path):
    """Read the plan in a file whose name ends in .json."""
    register(["terraform_plan"])
    path = Path(path).resolve()
    runner = Runner()
    chosen = RunnerFilter(framework=["terraform_plan"], checks=["CKV2_KEYS_1"])
    report = runner.run(root_folder=None, files=[str(path)], runner_filter=chosen)
    found = [*report.passed_checks, *report.failed_checks, *report.skipped_checks]
    records = [(record.resource, record.check_result["result"].value.lower()) for record in found]
    graph = runner.graph_manager.get_reader_endpoint()
    with note_on_graph(graph, "plans", (str(path),)):
        reading = TerraformReader().read(GraphView(graph))
    declared = {each.key.address: each for each in reading.keys}
    unjudged = {each.address: each.reason for each in reading.unjudged}
    named = {address for address, _ in records}
    records += [(address, "unknown") for address in sorted({*declared, *unjudged} - named)]
    users = {address: each.user for address, each in declared.items()}
    statuses = {address: each.key.status.value for address, each in declared.items()}
    return ReadPlan(sorted(records), users, statuses, unjudged)


def read_document(plan, folder):
    """Read a plan that is a document: it is written into a folder first, as people write it."""
    path = Path(folder) / "tfplan.json"
    path.write_text(json.dumps(plan, ensure_ascii=False), encoding="utf-8")
    return read_plan(path)
