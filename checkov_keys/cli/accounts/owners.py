"""Finds out which of the keys to turn off a template manages, and where it declares them."""

from __future__ import annotations

import logging
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from checkov_keys.domain.errors import AuditError, UsageError
from checkov_keys.domain.templates import ManagedKey, Ownership, SourceRange, TemplateFix
from checkov_keys.domain.users import Unjudged
from checkov_keys.runtime.reading.owning_stacks import owning_stacks

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable, Sequence

    from checkov_keys.cli.accounts.access import AwsAccess
    from checkov_keys.domain.remediation import Decision
    from checkov_keys.iac.declared.key_blocks import KeyBlock, KeyBlocks

logger = logging.getLogger(__name__)

# Checkov's frameworks of templates that can be edited.
_LANGUAGES = {"Terraform": ("terraform", "terraform_json"), "CloudFormation": ("cloudformation",)}


def check_regions(options: Namespace, access: AwsAccess) -> None:
    """Raise UsageError if it is not known in which regions to ask for stacks, before anything is asked."""
    if options.stacks and not (options.stack_regions or access.session.region):
        raise UsageError(
            "--stacks asks in the session's region, but none is configured: set one, or use --stack-regions"
        )


def name_owners(
    options: Namespace, access: AwsAccess, plan: Iterable[Decision], states: dict[str, ManagedKey]
) -> tuple[Decision, ...]:
    """Return the decisions, with the resource that manages a key, if a template does, and where it is declared."""
    decisions = [each._replace(owner=states.get(each.key)) if each.key else each for each in plan]
    if options.stacks:
        owners = _ask_stacks(options, access, decisions)
        decisions = [each._replace(owner=each.owner or owners.get(each.key or "")) for each in decisions]
    return tuple(_find_edits(options.directory or (), decisions))


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


def _find_edits(folders: Sequence[str], plan: list[Decision]) -> list[Decision]:
    """Return the decisions with where templates in the folders declare the keys, and what `fix` would do there."""
    if not folders or not any(isinstance(each.owner, ManagedKey) for each in plan):
        return plan
    from checkov_keys.iac.declared.key_blocks import key_blocks  # noqa: PLC0415  # imports Checkov's graphs

    declared = key_blocks(*map(Path, folders))
    found = [_find_edit(folders, each, declared) for each in plan]
    if any(isinstance(each.owner, ManagedKey) and not each.source_ranges for each in found):
        for file in declared.unread:
            if file.may_declare_key:
                logger.warning("%s does not parse: what it declares is not known", file.path)
    return found


def _find_edit(folders: Sequence[str], decision: Decision, declared: KeyBlocks) -> Decision:
    owner = decision.owner
    if not isinstance(owner, ManagedKey):
        return decision
    blocks = [block for block in declared.at(owner.address) if block.language in _LANGUAGES[owner.tool]]
    if not blocks:
        return decision
    from checkov_keys.iac.editing.edit_plan import plan_edits  # noqa: PLC0415  # imports Checkov's graphs

    made = plan_edits([owner.address], declared, [Path(folder).resolve() for folder in folders])
    edited = {edit.address: edit for edit in (*made.edits, *made.inactive)}
    ranges = []
    for block in blocks:
        place = edited.get(block.address, block)
        path = _make_relative(place.path, Path.cwd())
        ranges.append(SourceRange(_find_folder(folders, block), path, place.first_line, place.last_line))
    refusal = made.refused[0].reason if made.refused else ""
    fix = TemplateFix(tuple(folders), refusal, is_off=bool(made.inactive))
    return decision._replace(source_ranges=tuple(dict.fromkeys(ranges)), fix=fix)


def _find_folder(folders: Sequence[str], block: KeyBlock) -> str:
    """Return the first folder in which the root module, or the template, of a block is."""
    return next((folder for folder in folders if block.root.is_relative_to(Path(folder).resolve())), folders[0])


def _make_relative(path: Path, here: Path) -> str:
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
