"""Merges what results of audit say beside their lists: sums, who audited with what, and what all must agree about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checkov_keys.domain.errors import UsageError
from checkov_keys.report.merging.kinds import RESULT_LISTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from checkov_keys.domain.shards import Shard

_OBJECTS = frozenset({("results",), ("summary",), ("audit",)})
# What shards may differ in: machines are updated while others audit, and each session has a name of its own.
_JOINED = frozenset(
    {("summary", "checkov_version"), ("audit", "version"), ("audit", "checkov_version"), ("audit", "caller")}
)
_MOST_JOINED = 3
# What is written anew, and older files lack.
_NEW = frozenset({("audit", "shard"), ("audit", "missing_shards")})


def merge_heads(heads: Mapping[str, dict[str, Any]], missing: Sequence[Shard]) -> dict[str, Any]:
    """Return the object of merged results, with empty lists, of those of the files by their names.

    `missing` are the shards that no file was given of. Raises UsageError, which names a file, if it says something else
    than the first where all must say the same.
    """
    merged = _merge_objects(heads, ())
    merged["summary"]["unjudged"] += len(missing)
    merged["audit"].update(shard=None, missing_shards=[shard.encode() for shard in missing])
    return merged


def _merge_objects(objects: Mapping[str, dict[str, Any]], path: tuple[str, ...]) -> dict[str, Any]:
    first_file, first = next(iter(objects.items()))
    for file, each in objects.items():
        only = [name for name in each.keys() ^ first.keys() if (*path, name) not in _NEW]
        if only:
            raise _refuse(file, first_file, (*path, min(only)))
    return {
        name: _merge_values({file: each.get(name) for file, each in objects.items()}, (*path, name)) for name in first
    }


def _merge_values(values: Mapping[str, Any], path: tuple[str, ...]) -> Any:  # noqa: ANN401  # whatever JSON can hold
    if path in RESULT_LISTS:
        return []
    if path in _OBJECTS:
        return _merge_objects(values, path)
    if path in _NEW:
        return None
    if path in _JOINED:
        return _join(values.values())
    if path[0] == "summary" and all(type(value) is int for value in values.values()):
        return sum(values.values())
    first_file, first = next(iter(values.items()))
    for file, value in values.items():
        if value != first:
            raise _refuse(file, first_file, path)
    return first


def _join(values: Iterable[Any]) -> str | None:
    """Return the different texts in one, as many as a line can hold; None if there is none."""
    texts = list(dict.fromkeys(str(value) for value in values if value is not None))
    more = len(texts) - _MOST_JOINED
    return ", ".join([*texts[:_MOST_JOINED], *([f"and {more} more"] if more > 0 else [])]) or None


def _refuse(file: str, first_file: str, path: tuple[str, ...]) -> UsageError:
    return UsageError(
        f"{file} differs from {first_file} in {'.'.join(path)}: audit all accounts with the same flags and the same "
        "version of checkov-keys"
    )
