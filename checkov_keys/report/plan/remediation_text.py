"""A remediation plan as a table, as JSON, and as shell scripts that carry it out and undo it."""

from __future__ import annotations

import json
import shlex
from collections import Counter
from datetime import datetime, timezone
from itertools import groupby
from typing import TYPE_CHECKING, Any

from checkov_keys.domain.templates import ManagedKey
from checkov_keys.domain.text import one_line
from checkov_keys.domain.users import ROOT, Unjudged
from checkov_keys.report.live.evidence import build_console_link, encode_key
from checkov_keys.report.live.user_text import format_key_line
from checkov_keys.report.plain_text import account_label
from checkov_keys.report.terminal_text import FILE, Screen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checkov_keys.domain.key_changes import Done
    from checkov_keys.domain.remediation import Decision
    from checkov_keys.domain.users import User

_EDITS = {"Terraform": 'status = "Inactive"', "CloudFormation": "Status: Inactive"}
_ROLLOUTS = {"Terraform": "terraform apply", "CloudFormation": "update of the stack that touches it"}
_SCRIPT = """#!/bin/sh
# {purpose}
# Run it once with the credentials of each account; it changes the account that these belong to, and no other.
set -eu
account=$(aws sts get-caller-identity --query Account --output text)
case "$account" in
{accounts}
*)
  echo "nothing is planned in account $account" >&2
  exit 1
  ;;
esac
"""


def format_table(
    decisions: Sequence[Decision], unjudged: Sequence[Unjudged], *, even_managed: bool = False, screen: Screen = FILE
) -> str:
    """Return the plan for people: each user with its keys, the decision, and the command or the edit.

    With `even_managed`, keys that a template manages have a command too. The key to turn off is marked. Lines fit the
    `screen`.
    """
    numbers = Counter(_classify(each, even_managed) for each in decisions)
    edits = f"{numbers['edit']} to turn off in a template, " if numbers["edit"] else ""
    by_hand = f"{numbers['hand']} by hand, " if numbers["hand"] else ""
    heading = f"{numbers['off']} to turn off, {edits}{by_hand}{numbers['left']} left alone, {len(unjudged)} not judged"
    blocks = [[heading], *(_list_lines(decision, screen, even_managed=even_managed) for decision in decisions)]
    blocks += [[f"Not judged: {one_line(each.address)}: {one_line(each.reason)}"] for each in unjudged]
    return "\n\n".join("\n".join(screen.wrap_all(lines)) for lines in blocks)


def _list_lines(decision: Decision, screen: Screen, *, even_managed: bool) -> list[str]:
    """Return what is said of a user in lines, the commands among which fit the screen already."""
    account = decision.account
    lines = [
        f"{_name_user(decision.user)} in account {account_label(account.id, account.name)}",
        *(format_key_line(key, decision.key) for key in _encode_keys(decision)),
        f"  {one_line(decision.reason)}",
    ]
    for step in decision.steps:
        lines += _wrap_command(step, screen)
    if decision.owner:
        fix = _format_fix(decision)
        for sentence in _describe_ownership(decision):
            lines += _wrap_command(sentence, screen) if sentence == fix else [f"  {one_line(sentence)}"]
    if _is_run(decision, even_managed):
        lines += _wrap_command(format_command(decision, "Inactive"), screen)
    return lines


def _name_user(user: User) -> str:
    return "root user" if user.name == ROOT else one_line(user.name)


def _wrap_command(command: str, screen: Screen) -> list[str]:
    return screen.wrap_command([shlex.quote(word) for word in shlex.split(command)], "  ")


def format_plan(
    decisions: Sequence[Decision],
    unjudged: Sequence[Unjudged],
    done: Sequence[Done] | None = None,
    journal: str | None = None,
    *,
    even_managed: bool = False,
) -> str:
    """Return the plan as JSON: a list `plan`, whose `key` and `command` are null for users left alone, and `unjudged`.

    The keys are those of `audit`'s JSON. `managed_by` is the template's resource that manages the key to turn off, null
    if none is known to, with `edit`, the line to write, `places`, the files and lines to write it to, `fix`, the
    command that does so, and `by_hand`, why no command does; such a key has
    no `command`, unless `even_managed`.
    With `done`, the changes of a plan that was carried out, `outcome` and `outcome_reason` are there too, null if
    nothing was tried, and the path of the `journal`, null if there is none.
    """
    ended = {(each.change.account, each.change.key): each for each in done or ()}
    plan = [
        {
            "account": decision.account.id,
            "account_name": decision.account.name,
            "user": decision.user.name,
            "resource": decision.user.address,
            "key": decision.key,
            "reason": decision.reason,
            "steps": list(decision.steps),
            "access_keys": _encode_keys(decision),
            "console": build_console_link(decision.account.partition, decision.user.name),
            "managed_by": _encode_owner(decision),
            "command": format_command(decision, "Inactive") if _is_run(decision, even_managed) else None,
            "rollback_command": format_command(decision, "Active") if _is_run(decision, even_managed) else None,
            **({} if done is None else _encode_outcome(ended.get((decision.account.id, decision.key or "")))),
        }
        for decision in decisions
    ]
    left_out = [{"address": each.address, "reason": each.reason} for each in unjudged]
    made = {} if done is None else {"journal": journal}
    return json.dumps({"plan": plan, "unjudged": left_out, **made}, indent=4)


def format_script(decisions: Sequence[Decision], status: str, *, even_managed: bool = False) -> str:
    """Return a POSIX shell script that sets the planned keys to a status, "Inactive" or, to undo it, "Active".

    Keys that a template manages are comments, unless `even_managed`.
    """
    purpose = "Turns off access keys." if status == "Inactive" else "Turns the access keys on again."
    planned = [decision for decision in decisions if decision.key]
    accounts = []
    for account, of_account in groupby(planned, key=lambda decision: decision.account.id):
        commands = [line for decision in of_account for line in _comment(decision, status, even_managed)]
        accounts.append("\n  ".join([f"{shlex.quote(account)})", *commands, ";;"]))
    return _SCRIPT.format(purpose=purpose, accounts="\n".join(accounts))


def format_command(decision: Decision, status: str) -> str:
    """Return the command that sets the key of a decision to a status.

    https://docs.aws.amazon.com/cli/latest/reference/iam/update-access-key.html
    """
    words = ["aws", "iam", "update-access-key", "--access-key-id", str(decision.key), "--status", status]
    return shlex.join([*words, "--user-name", decision.user.name])


def _encode_outcome(done: Done | None) -> dict[str, str | None]:
    if done is None:
        return {"outcome": None, "outcome_reason": None}
    return {"outcome": done.outcome.value, "outcome_reason": done.reason or None}


def _comment(decision: Decision, status: str, even_managed: bool) -> list[str]:  # noqa: FBT001
    lines = [f"# {one_line(sentence)}" for sentence in (decision.reason, *_describe_ownership(decision))]
    return [*lines, format_command(decision, status)] if _is_run(decision, even_managed) else lines


def _classify(decision: Decision, even_managed: bool) -> str:  # noqa: FBT001
    if _is_run(decision, even_managed):
        return "off"
    if isinstance(decision.owner, ManagedKey):
        return "edit"
    return "hand" if decision.steps else "left"


def _is_run(decision: Decision, even_managed: bool) -> bool:  # noqa: FBT001
    return decision.key is not None and (even_managed or decision.free)


def _describe_ownership(decision: Decision) -> list[str]:
    """Return who manages the key of a decision, and what to do there, in sentences."""
    owner = decision.owner
    if owner is None:
        return []
    if isinstance(owner, Unjudged):
        return [f"Left alone, since it is not known whether a template manages it: {owner.reason}"]
    rollout, edit = _ROLLOUTS[owner.tool], _EDITS[owner.tool]
    manages = f"{owner.tool} manages it as {owner.address} ({owner.origin})"
    sentences = [f"{manages}: turned off by hand only, it comes back with the next {rollout}."]
    if not decision.source_ranges:
        return [*sentences, f"Write {edit} there instead."]
    where, fix = " or ".join(map(str, decision.source_ranges)), decision.fix
    if fix and fix.is_off:
        return [f"{manages}.", f"{where} turns it off already: AWS does so with the next {rollout}."]
    if fix and fix.refusal:
        return [*sentences, f"Edit {where} by hand instead, because checkov-keys fix does not: {fix.refusal}."]
    command = _format_fix(decision)
    return [*sentences, f"Write {edit} into {where} instead:", command] if command else sentences


def _format_fix(decision: Decision) -> str | None:
    """Return the command that writes the edit into the template of a key, None if there is none."""
    owner, fix = decision.owner, decision.fix
    if not isinstance(owner, ManagedKey) or fix is None or fix.refusal or fix.is_off:
        return None
    folders = (word for directory in fix.directories for word in ("-d", directory))
    return shlex.join(["checkov-keys", "fix", *folders, "--resource", owner.address])


def _encode_owner(decision: Decision) -> dict[str, Any] | None:
    owner = decision.owner
    if not isinstance(owner, ManagedKey):
        return None
    return {
        "tool": owner.tool,
        "address": owner.address,
        "origin": owner.origin,
        "edit": _EDITS[owner.tool],
        "places": [vars(source_range) for source_range in decision.source_ranges],
        "fix": _format_fix(decision),
        "by_hand": decision.fix.refusal if decision.fix and decision.fix.refusal else None,
    }


def _encode_keys(decision: Decision) -> list[dict[str, Any]]:
    now = decision.account.read_at or datetime.now(timezone.utc)
    return [encode_key(key, now, with_history=True) for key in decision.user.keys]
