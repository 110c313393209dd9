"""What a plan says of the parts of a value: which are known, and which are sensitive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkov_keys.iac.terraform.planned_secrets import SECRETS, has_true

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checkov_keys.iac.terraform.plan_document import PlannedResource

# Providers whose sinks are looked up in their sources: all but these arguments are sensitive only if their values are.
_LOOKED_UP = ("aws_", "kubernetes_", "local_", "null_resource", "terraform_data")
_SENSITIVE = {
    ("aws_ssm_parameter", "value"),
    ("aws_mwaa_environment", "airflow_configuration_options"),
}


def find_parts(value: object, argument: str) -> list[object]:
    """Return what is at an argument, written with dots, in each of its nested blocks; a mark may be for all of it."""
    parts = [value]
    for name in argument.split("."):
        inside: list[object] = []
        for part in _flatten(parts):
            if isinstance(part, dict) and name in part:
                inside.append(part[name])
            elif part is True:
                inside.append(True)
        parts = inside
    return parts


def _flatten(parts: list[object]) -> list[object]:
    found = list(parts)
    flat: list[object] = []
    for each in found:
        if isinstance(each, list):
            found += each
        else:
            flat.append(each)
    return flat


def is_unknown(resource: PlannedResource, argument: str) -> bool:
    """Tell whether anything in an argument is known only after the apply."""
    return any(map(has_true, find_parts(resource.unknown, argument)))


def confirms(resource: PlannedResource, argument: str) -> bool:
    """Tell whether something sensitive is given to an argument that is not known yet."""
    kind = resource.block.partition(".")[0]
    if not kind.startswith(_LOOKED_UP) or (kind, argument.partition(".")[0]) in _SENSITIVE:
        return False
    unknown, sensitive = find_parts(resource.unknown, argument), find_parts(resource.sensitive, argument)
    return any(_has_both(*pair) for pair in zip(unknown, sensitive))


def _has_both(unknown: object, sensitive: object) -> bool:
    """Tell whether a part is unknown and sensitive."""
    pairs = [(unknown, sensitive)]
    for first, second in pairs:
        if first is True and second is True:
            return True
        if first is True or second is True:
            # A mark is for all that is inside.
            if has_true(second if first is True else first):
                return True
        elif isinstance(first, dict) and isinstance(second, dict):
            pairs += ((first[name], second[name]) for name in first if name in second)
        elif isinstance(first, list) and isinstance(second, list):
            pairs += zip(first, second)
    return False


def holds_key(unknown: object) -> bool:
    """Tell whether whole keys are somewhere in a value: objects with attributes that only keys have."""
    found = [unknown]
    for each in found:
        if (
            isinstance(each, dict)
            and each.get("encrypted_secret") is True
            and any(each.get(x) is True for x in SECRETS)
        ):
            return True
        found += each.values() if isinstance(each, dict) else each if isinstance(each, list) else ()
    return False


def list_texts(value: object) -> Iterator[tuple[str, str]]:
    """Yield the texts in a value, each with the names that lead to it, written with dots."""
    waiting: list[tuple[str, object]] = [("", value)]
    while waiting:
        path, each = waiting.pop()
        if isinstance(each, str):
            yield path, each
        elif isinstance(each, dict):
            prefix = f"{path}." if path else ""
            waiting += ((f"{prefix}{name}", item) for name, item in reversed(each.items()))
        elif isinstance(each, list):
            waiting += ((path, item) for item in reversed(each))
