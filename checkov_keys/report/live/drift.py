"""How accounts differ from their templates, in sentences and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checkov_keys.domain.drift import DriftKind
from checkov_keys.domain.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from checkov_keys.domain.drift import Drift
    from checkov_keys.domain.templates import SourceRange

_BASES = {
    "state": "by the key ids of the state",
    "counts": "by the number of keys of each user; use --state to compare key ids",
}


def format_drift_title(basis: str) -> str:
    """Return the title of the section, with how keys were told apart: `basis` is TemplateJoin.basis."""
    return f"Drift between templates and accounts ({_BASES[basis]})"


def format_drift(drift: Drift) -> str:
    """Return one difference in one line, with the lines of templates that declare what is expected."""
    source_ranges = "" if _names_resources(drift) or not drift.source_ranges else f" ({_join(drift.source_ranges)})"
    return one_line(f"{drift.kind.value}: {describe_drift(drift)}{source_ranges}")


def encode_drift(drift: Drift) -> dict[str, Any]:
    """Return one difference as JSON; `access_keys` holds ids if they are known, `exact` tells how it was found."""
    return {
        "kind": drift.kind.value,
        "account": drift.account,
        "user": drift.user,
        "access_keys": list(drift.keys),
        "count": drift.count,
        "places": [
            {"path": source_range.path, "file_line_range": [source_range.first_line, source_range.last_line]}
            for source_range in drift.source_ranges
        ],
        "exact": drift.exact,
        "message": one_line(describe_drift(drift)),
    }


def describe_drift(drift: Drift) -> str:
    """Return a sentence about one difference, without its kind and a full stop."""
    if drift.held is not None:
        return _describe_counts(drift, drift.held)
    if drift.kind is DriftKind.UNRESOLVED:
        return f"{_name_resources(drift)} declares a key of a user that the templates do not name"
    if drift.kind is DriftKind.MISSING:
        return _describe_missing_key(drift) if drift.managed else _describe_missing_user(drift)
    key = f"access key {drift.keys[0]} of {_name_user(drift)}"
    if drift.kind is DriftKind.ACTIVE:
        return f"{key} is Active, though {_name_resources(drift)} says Inactive"
    return f"{key} is {drift.status.value if drift.status else 'there'}, and no template declares it"


def _describe_counts(drift: Drift, held: int) -> str:
    if drift.kind is DriftKind.ACTIVE:
        return f"{_name_user(drift)} has {held} Active, and templates declare {drift.expected} of its keys as active"
    keys = f"{held or 'no'} access key{'' if held == 1 else 's'}"
    return f"{_name_user(drift)} has {keys}, and templates declare {drift.expected}"


def _describe_missing_user(drift: Drift) -> str:
    declares = "declares a key" if drift.count == 1 else f"declare {drift.count} keys"
    one = f"account {drift.account} has no such user"
    has = one if drift.possible_accounts == 1 else "none of the accounts has such a user"
    return f"{_name_resources(drift)} {declares} of IAM user {drift.user}, and {has}"


def _describe_missing_key(drift: Drift) -> str:
    managed = drift.managed
    manages = f"which {managed.address} manages ({managed.origin})" if managed else "which a template manages"
    whose = f" of IAM user {drift.user}" if drift.user else ""
    return f"access key {drift.keys[0]}{whose}, {manages}, is in no account"


def _names_resources(drift: Drift) -> bool:
    return drift.held is None and drift.managed is None


def _name_resources(drift: Drift) -> str:
    """Return the resources that declare what is expected, each with its lines."""
    return ", ".join(dict.fromkeys(f"{key.address} ({key.source_range})" for key in drift.declared))


def _name_user(drift: Drift) -> str:
    return f"IAM user {drift.user} in account {drift.account}"


def _join(source_ranges: Iterable[SourceRange]) -> str:
    return ", ".join(map(str, source_ranges))
