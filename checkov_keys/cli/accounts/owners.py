"""Finds out which of the keys to turn off a template manages, and where it declares them."""

from __future__ import annotations

import logging
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from checkov_keys.domain.errors import AuditError, UsageError
from checkov_keys.domain.templates import ManagedKey, Ownership, SourceRange
from checkov_keys.domain.users import Unjudged
from checkov_keys.runtime.reading.owning_stacks import owning_stacks

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable, Sequence

    from checkov_keys.cli.accounts.access import AwsAccess
    from checkov_keys.domain.remediation import Decision

logger = logging.getLogger(__name__)

# Checkov's frameworks of templates that can be edited.
_LANGUAGES = {"Terraform": ("terraform", "terraform_json"), "CloudFormation": ("cloudformation",)}


def check_regions(options: Namespace, access: AwsAccess) -> None:
    """Raise UsageError if it is not known in which regions to ask for stacks, before anything is asked."""
    if options.stacks and not (options.stack_regions or access.session.region):
        raise UsageError("--stacks asks in the session's region, and none is configured: set it, or --stack-regions")


def name_owners(
    options: Namespace, access: AwsAccess, plan: Iterable[Decision], states: dict[str, ManagedKey]
) -> tuple[Decision, ...]:
    """Return the decisions, with the resource that manages a key, if a template does, and where it is declared."""
    decisions = [each._replace(owner=states.get(each.key)) if each.key else each for each in plan]
    if options.stacks:
        owners = _ask_stacks(options, access, decisions)
        decisions = [each._replace(owner=each.owner or owners.get(each.key or "")) for each in decisions]
    return tuple(_name_source_ranges(options.directory or (), decisions))


def find_unjudged_owners(plan: Iterable[Decision]) -> list[Unjudged]:
    """Return the keys of which it is not known whether a template manages them."""
    return [decision.owner for decision in plan if isinstance(decision.owner, Unjudged)]


def _ask_stacks(options: Namespace, access: AwsAccess, plan: Iterable[Decision]) -> dict[str, Ownership]:
    regions = [part.strip() for part in (options.stack_regions or "").split(",") if part.strip()]
    asked = [each for each in plan if each.free]
    owners: dict[str, Ownership] = {}
    for account, of_account in groupby(asked, key=lambda each: each.account.id):
        keys = [str(each.key) for each in of_account]
        try:
            owners.update(owning_stacks(access.entrance.enter(account).session, keys, regions))
        except AuditError as error:
            owners.update((key, Unjudged(key, str(error))) for key in keys)
    return owners


def _name_source_ranges(folders: Sequence[str], plan: list[Decision]) -> list[Decision]:
    if not folders or not any(isinstance(each.owner, ManagedKey) for each in plan):
        return plan
    from checkov_keys.iac.declared.key_blocks import key_blocks  # noqa: PLC0415  # imports Checkov's graphs

    here = Path.cwd()
    found: dict[str, list[SourceRange]] = {}
    for folder in folders:
        declared = key_blocks(Path(folder))
        for file in declared.unread:
            logger.warning("%s does not parse: what it declares is not known", file.path)
        for decision in plan:
            if isinstance(decision.owner, ManagedKey):
                ranges = [
                    SourceRange(folder, _make_relative(block.path, here), block.first_line, block.last_line)
                    for block in declared.at(decision.owner.address)
                    if block.language in _LANGUAGES[decision.owner.tool]
                ]
                found.setdefault(decision.owner.key, []).extend(ranges)
    return [each._replace(source_ranges=tuple(dict.fromkeys(found.get(each.key or "", ())))) for each in plan]


def _make_relative(path: Path, here: Path) -> str:
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
