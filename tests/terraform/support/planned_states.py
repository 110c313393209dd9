"""Plans and states that the real Terraform makes of a directory that changes.

    with Histories() as terraform:
        made = terraform.follow([Step(files), Step(other_files, ["-target=aws_iam_user.ann"])], folder)
        made.plan       # `terraform show -json` of the plan of the last step
        made.applied    # what the apply of that very plan leaves
        made.states     # {"version 4": …, "show": …}: every form of the state that it leaves
        made.prior      # the keys before the last step

Each step but the last is planned and applied like the last one; the state goes on from step to step.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Callable

from applied_state import MODULE_BLOCK, Applied, Terraform, has_block, judge_state

COMMON = ("-input=false", "-no-color")


@dataclass(frozen=True)
class Step:
    """Files that a directory has from now on ({path: text}; those of before are gone), and flags of its plan.

    `edit` changes the state, a document of version 4, before the plan.
    """

    files: dict[str, str]
    flags: tuple[str, ...] | list[str] = ()
    edit: Callable[[dict[str, Any]], None] | None = None


@dataclass(frozen=True)
class Made:
    """A plan, and the states before and after it is applied."""

    plan: dict[str, Any]
    applied: Applied
    """The keys after it, without deposed ones; what `terraform apply` makes."""
    states: dict[str, Any] = field(default_factory=dict)
    """The state after it, in every form."""
    prior: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    """The keys before it, as those of an Applied."""


class Histories(Terraform):
    """Runs `terraform` step by step in one directory; a context manager as Terraform is."""

    def follow(self, steps, folder):
        """Plan and apply step after step in a folder; returns a Made of the last one.

        Raises RefusedError where Terraform does not take a step.
        """
        folder.mkdir(parents=True, exist_ok=True)
        made = None
        for step in steps:
            made = self._take(step, folder)
        return made

    def _take(self, step, folder):
        for path in [*folder.rglob("*.tf"), *folder.rglob("*.tfvars")]:
            path.unlink()
        for name, text in step.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        environment = self._choose_environment(folder)
        state = folder / "terraform.tfstate"
        before = _read(state)
        if step.edit:
            step.edit(before)
            state.write_text(json.dumps(before), encoding="utf-8")
        if has_block(folder, MODULE_BLOCK):
            self._run(folder, environment, "get", "-no-color")
        self._run(folder, environment, "plan", *COMMON, "-out=tfplan.bin", *step.flags)
        plan = json.loads(self._run(folder, environment, "show", "-json", "tfplan.bin"))
        self._run(folder, environment, "apply", *COMMON, "-lock=false", "-compact-warnings", "tfplan.bin")
        after = _read(state)
        shown = json.loads(self._run(folder, environment, "show", "-json"))
        return Made(plan, judge_state(after), {"version 4": after, "show": shown}, judge_state(before).keys)


def _read(state):
    return json.loads(state.read_text(encoding="utf-8")) if state.exists() else {"version": 4, "resources": []}
