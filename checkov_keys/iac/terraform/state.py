"""States of Terraform and OpenTofu → the access keys that they manage.

A state comes in three forms: version 4 (a local state file, and what `terraform state pull` writes), and what
`terraform show -json` writes of a state or of a plan, which holds the state before it.

https://developer.hashicorp.com/terraform/internals/json-format
https://github.com/hashicorp/terraform/blob/main/internal/states/statefile/version4.go

A state holds secrets, so messages name places and addresses, never what stands there. Of the secret of a key, only
whether it is there is told.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from checkov_keys.domain.errors import UsageError
from checkov_keys.domain.templates import ManagedKey
from checkov_keys.domain.text import escape_unprintable

if TYPE_CHECKING:
    from collections.abc import Iterator

_Json = dict[str, Any]

KEY_TYPE = "aws_iam_access_key"
# What of a key is empty if it is encrypted by `pgp_key`, or if nobody but AWS knows it.
_SECRETS = ("secret", "ses_smtp_password_v4")
_VERSION = 4
_FORMATS = ("0", "1")  # major versions of `terraform show -json`
# What a plan has and a state has not; a plan for nothing that exists has no prior state.
_OF_A_PLAN = frozenset({"planned_values", "resource_changes", "configuration"})
# What a state that manages nothing has, besides the values that it has not.
_OF_NO_VALUES = frozenset({"format_version", "terraform_version", "checks"})
_PULL = "terraform state pull > FILE"
_WRITE = f"write it with {_PULL}, or terraform show -json > FILE"


class _StateError(ValueError):
    """Content that is no state which can be read here, with the reason and what to do."""


class _Instance(NamedTuple):
    """A resource instance of the state; `index_key` and `attributes` are whatever stands there."""

    module: str
    name: str
    index_key: object
    deposed: str
    attributes: object


def read_state(path: str) -> tuple[ManagedKey, ...]:
    """Return the access keys that the state in a file manages; raise UsageError if the file cannot be read."""
    try:
        content = Path(path).read_bytes()
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise UsageError(f"state {path}: cannot be read: {reason}") from error
    return managed_keys_of(content, path)


def managed_keys_of(content: bytes, origin: str) -> tuple[ManagedKey, ...]:
    """Return the access keys that a state manages, deposed objects too, in the order of the state.

    `content` is JSON in UTF-8, or in UTF-16, as Windows PowerShell redirects it, with or without a byte order mark.
    Raises UsageError, with `origin` and what to do, where it is no state or one in which a key's id is not known.
    """
    try:
        return tuple(_managed(instance, origin) for instance in _instances(_document(content)))
    except _StateError as error:
        raise UsageError(f"state {origin}: {error}") from error


def _document(content: bytes) -> object:
    if not content.strip():
        raise _StateError(f"is empty: if there is a state, {_WRITE}")
    try:
        return json.loads(content)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise _StateError(f"is not JSON, or ends early, at {place}: {_WRITE}") from error
    except UnicodeDecodeError as error:
        raise _StateError(
            f"is not text in UTF-8 or UTF-16: {_WRITE}; for a plan, use terraform show -json PLAN"
        ) from error
    except (RecursionError, ValueError) as error:
        raise _StateError(f"holds JSON that does not belong in a state: {_WRITE}") from error


def _instances(document: object) -> Iterator[_Instance]:
    """Return the instances of access keys in a state of any form."""
    if not isinstance(document, dict):
        raise _StateError(f"is JSON, but not a state: {_WRITE}")
    if "encrypted_data" in document or "encryption_version" in document:
        # https://opentofu.org/docs/language/state/encryption/
        raise _StateError("is encrypted by OpenTofu: where its key is configured, write it with tofu state pull > FILE")
    if "format_version" in document:
        return _shown(document)
    version = document.get("version")
    if not isinstance(version, int) or isinstance(version, bool):
        raise _StateError(f"is JSON, but not a state: {_WRITE}")
    if version > _VERSION:
        raise _StateError("is of a version after 4, which is not supported: write it with terraform show -json > FILE")
    if version < _VERSION and "backend" in document:
        raise _StateError(f"says only where the state is kept: in the folder of the configuration, {_PULL}")
    if version < _VERSION:
        raise _StateError(f"is of a version before 4: with Terraform 0.12 or newer, {_PULL}, which upgrades it")
    return _of_version_4(document)


def _of_version_4(state: _Json) -> Iterator[_Instance]:
    for resource in _access_keys(_objects(state, "resources", "the state")):
        name = _text(resource, "name", KEY_TYPE)
        module = _text(resource, "module", KEY_TYPE, "")
        for instance in _objects(resource, "instances", f"{KEY_TYPE}.{name}"):
            # Until its first refresh, a state that was upgraded has them flat.
            attributes = instance.get("attributes") or instance.get("attributes_flat")
            deposed = _text(instance, "deposed", f"{KEY_TYPE}.{name}", "")
            yield _Instance(module, name, instance.get("index_key"), deposed, attributes)


def _shown(document: _Json) -> Iterator[_Instance]:
    """Yield the instances in the output of `terraform show -json`."""
    major = str(document["format_version"]).partition(".")[0]
    if major not in _FORMATS:
        raise _StateError(f"is of a format that is not supported: write it with {_PULL}")
    state = document.get("prior_state", {} if _OF_A_PLAN & document.keys() else document)
    if not isinstance(state, dict):
        raise _damaged("the prior state")
    if "values" not in state and state.keys() <= _OF_NO_VALUES:
        return
    values = state.get("values")
    if not isinstance(values, dict):
        raise _StateError(f"is JSON, but not a state: {_WRITE}")
    if not isinstance(values.get("root_module"), dict):
        raise _damaged("the root module")
    modules = [values["root_module"]]
    for module in modules:
        address = _text(module, "address", "a module", "")
        for resource in _access_keys(_objects(module, "resources", address or "the root module", optional=True)):
            name, deposed = _text(resource, "name", KEY_TYPE), _text(resource, "deposed_key", KEY_TYPE, "")
            yield _Instance(address, name, resource.get("index"), deposed, resource.get("values"))
        modules += _objects(module, "child_modules", address or "the root module", optional=True)


def _access_keys(resources: list[_Json]) -> Iterator[_Json]:
    for resource in resources:
        if _text(resource, "type", "a resource") != KEY_TYPE:
            continue
        mode = _text(resource, "mode", KEY_TYPE)
        if mode not in ("managed", "data"):
            raise _damaged(f"the mode of an {KEY_TYPE}")
        if mode == "managed":
            yield resource


def _managed(instance: _Instance, origin: str) -> ManagedKey:
    address = _address(instance)
    attributes = instance.attributes if isinstance(instance.attributes, dict) else {}
    key = attributes.get("id")
    if not isinstance(key, str) or not key:
        raise _StateError(f"{address} has no id: run terraform apply -refresh-only, then {_PULL}")
    has_secret = any(attributes.get(name) for name in _SECRETS)
    return ManagedKey(key, "Terraform", address, origin, has_secret)


def _address(instance: _Instance) -> str:
    """Return an instance's address; `show -json` has one too, to which old releases give neither module nor index."""
    place = f"{instance.module}." if instance.module else ""
    address = f"{place}{KEY_TYPE}.{instance.name}"
    index = instance.index_key
    if isinstance(index, str):
        address += f"[{_quoted(index)}]"
    elif isinstance(index, int) and not isinstance(index, bool):
        address += f"[{index}]"
    elif index is not None:
        raise _damaged(f"the index of an instance of {address}")
    if instance.deposed:
        address += f" (deposed object {instance.deposed})"
    return escape_unprintable(address)


def _quoted(text: str) -> str:
    """Return a text as Terraform writes it between the brackets of an index, but for what cannot be seen.

    https://github.com/hashicorp/terraform/blob/main/internal/addrs/instance_key.go
    """
    escapes = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"}
    doubled = text.replace("${", "$${").replace("%{", "%%{")
    return '"' + "".join(escapes.get(char, char) for char in doubled) + '"'


def _objects(holder: _Json, name: str, where: str, *, optional: bool = False) -> list[_Json]:
    found = holder.get(name, [] if optional else None)
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise _damaged(f"{name} of {where}")
    return found


def _text(holder: _Json, name: str, where: str, default: str | None = None) -> str:
    found = holder.get(name, default)
    if not isinstance(found, str):
        raise _damaged(f"the {name} of {where}")
    return found


def _damaged(what: str) -> _StateError:
    return _StateError(f"{what} is not what it should be: {_WRITE}")
