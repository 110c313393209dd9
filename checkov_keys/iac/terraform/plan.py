"""Plans of Terraform → declared access keys.

Checkov's graph of a plan tells which keys will exist. Whose they are, where a user's name is known only after the
apply, which values are unknown, and which provider configuration each belongs to, stand in the plan file alone.

https://developer.hashicorp.com/terraform/internals/json-format
"""

from __future__ import annotations

import json
import logging
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checkov_keys.domain.users import AccessKey, KeyStatus, Unjudged, status_named
from checkov_keys.iac.common.reading import DeclaredKey, DeclaredUser, UserIdentity
from checkov_keys.iac.terraform.accounts import account_id
from checkov_keys.iac.terraform.addresses import (
    INDEX,
    USER_TYPE,
    address_of,
    call_of,
    file_path,
    found_again,
    instance_of_address,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checkov_keys.iac.common.graph_view import Vertex

logger = logging.getLogger(__name__)

_Json = dict[str, Any]
_RESOURCE = re.compile(rf"([\w-]+\.[\w-]+)({INDEX})?")
_OUTPUT = re.compile(rf"module\.([\w-]+)({INDEX})?\.([\w-]+).*", re.DOTALL)
_LOOPS = ("each.", "count.")
# https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html
_IAM_NAME = re.compile(r"[\w+=,.@-]+")
# A reference in the place of a value looks like a name with dots; only what has one of these roots is surely none.
_REFERENCE = re.compile(r"(?:var|local|module|data|each|count|path|self|terraform)\..+|[a-z0-9]+_\w+\.[\w-]+\.[\w.-]+")
_FARTHEST = 50


class PlanReader:
    """Reads the keys of plans; each plan file once."""

    def __init__(self) -> None:
        """Start with nothing read."""
        self._plans: dict[str, Plan] = {}
        # What stands for an account → its id, where a provider tells it.
        self.account_ids: dict[str, str] = {}

    def declared(self, vertex: Vertex) -> Iterator[DeclaredKey | Unjudged]:
        """Yield the key that a vertex stands for, or why nobody can tell whose it is."""
        path, address = file_path(vertex), address_of(vertex)
        plan = self._plan(path)
        if plan.forgets(address):
            return
        whose = plan.identity(self._account(path, plan, address), address, vertex.get("user"))
        if whose is None:
            yield Unjudged(address, f"its user is known only after the apply, in {path}")
            return
        known = not plan.is_unknown(address, "status")
        status = status_named(vertex.get("status")) if known or vertex.get("status") else KeyStatus.UNKNOWN
        yield DeclaredKey(whose, AccessKey(address, status), found_again(vertex))

    def declared_users(self, vertex: Vertex) -> Iterator[DeclaredUser]:
        """Yield the user that a vertex stands for, if its name is known before the apply."""
        path, address, name = file_path(vertex), address_of(vertex), vertex.get("name")
        plan = self._plan(path)
        if isinstance(name, str) and name and not (plan.forgets(address) or plan.is_unknown(address, "name")):
            yield DeclaredUser(UserIdentity.named(self._account(path, plan, address), name), address, vertex)

    def _plan(self, path: str) -> Plan:
        if path not in self._plans:
            self._plans[path] = Plan(_loaded(path))
        return self._plans[path]

    def _account(self, path: str, plan: Plan, address: str) -> str:
        provider = plan.provider(address)
        account = f"{path} {provider}"
        number = plan.account_id(provider)
        if number:
            self.account_ids[account] = number
        return account


class Plan:
    """One plan, as `terraform show -json` gives it."""

    def __init__(self, plan: _Json) -> None:
        """Index the planned users, and what is unknown."""
        configuration = _object(plan, "configuration")
        self._root = _object(configuration, "root_module")
        self._providers = _object(configuration, "provider_config")
        self._unknown: dict[str, _Json] = {}
        self._forgotten: set[str] = set()
        for resource_change in _list(plan, "resource_changes"):
            address, change = str(resource_change.get("address")), _object(resource_change, "change")
            if change.get("actions") == ["forget"]:
                self._forgotten.add(address)
            if "deposed" not in resource_change:
                self._unknown[address] = _object(change, "after_unknown")
        self._values: dict[str, _Json] = {}
        self._users: dict[str, list[str]] = {}
        for resource in _resources(_object(_object(plan, "planned_values"), "root_module")):
            address = str(resource.get("address"))
            self._values[address] = _object(resource, "values")
            if resource.get("type") == USER_TYPE and resource.get("mode") == "managed":
                self._users.setdefault(_without_index(address)[0], []).append(address)
        self._configured: dict[str, dict[str, _Json]] = {}

    def forgets(self, address: str) -> bool:
        """Tell whether a resource leaves Terraform's state, which plans show among what is planned.

        https://github.com/hashicorp/terraform/issues/38641, and Checkov before 3.3 reports it.
        """
        return address in self._forgotten

    def is_unknown(self, address: str, attribute: str) -> bool:
        """Tell whether a resource's attribute is known only after the apply."""
        return bool(self._unknown.get(address, {}).get(attribute))

    def provider(self, address: str) -> str:
        """Return the key of the provider configuration that a resource uses, "" where the plan does not tell."""
        key = str(self._configuration(address).get("provider_config_key") or "")
        # Before Terraform 1.1 a key also named the module that inherits the configuration.
        return key if key in self._providers else key.rpartition(":")[2]

    def account_id(self, provider: str) -> str:
        """Return the account's id that a provider configuration tells in literals, else ""."""
        expressions = _object(_object(self._providers, provider), "expressions")
        allowed = _object(expressions, "allowed_account_ids").get("constant_value")
        roles = [_object(block, "role_arn").get("constant_value") for block in _list(expressions, "assume_role")]
        return account_id(allowed, [{"role_arn": role} for role in roles])

    def identity(self, account: str, address: str, rendered: object) -> UserIdentity | None:
        """Return whose key stands at an address; None where nobody can tell.

        `rendered` is what Checkov's graph says of its user, for a plan that cannot be read again.
        """
        values = self._values.get(address)
        user = rendered if values is None else values.get("user")
        if user is not None and not (values is None and _is_reference(str(user))):
            named = isinstance(user, str) and user
            return UserIdentity.named(account, str(user)) if named else None
        place = instance_of_address(address)
        expression = _object(_object(self._configuration(address), "expressions"), "user")
        found = self._followed(place, expression, address, 0)
        if found is None:
            return UserIdentity(account, "expression", place + str(user)) if user is not None else None
        known_address, text = found
        if known_address is None:
            return UserIdentity(account, "expression", text)
        name = self._values[known_address].get("name")
        if isinstance(name, str):
            return UserIdentity.named(account, name)
        return UserIdentity(account, "resource", known_address)

    def _followed(self, place: str, expression: _Json, holder: str, hops: int) -> tuple[str | None, str] | None:
        """Return the address of the user that an expression leads to, or the expression with all that decides it.

        `holder` is the address of the resource or module instance in which the expression stands.
        """
        references = [str(reference) for reference in _list_of_any(expression, "references")]
        whole = [r for r in references if not any(other.startswith((f"{r}.", f"{r}[")) for other in references)]
        straight = [reference for reference in whole if not reference.startswith(_LOOPS)]
        if not references or hops > _FARTHEST:
            constant = expression.get("constant_value")
            return None if constant is None else (None, place + json.dumps(constant))
        if len(straight) == 1:
            found = self._one_reference(place, straight[0], holder, hops)
        elif not straight:
            found = self._each(place, whole, holder, hops)
        else:
            found = None
        return found or (None, self._text(place, whole, holder))

    def _one_reference(self, place: str, reference: str, holder: str, hops: int) -> tuple[str | None, str] | None:
        output, resource = _OUTPUT.fullmatch(reference), _RESOURCE.match(reference)
        if reference.startswith("var.") and place:
            parent, call = call_of(place)
            arguments = _object(self._call(place), "expressions")
            name = reference.split(".")[1].split("[", maxsplit=1)[0]
            return self._followed(parent, _object(arguments, name), f"{parent}module.{call}", hops + 1)
        if output:
            call, index, name = output.groups()
            inside = f"{place}module.{call}{index or ''}."
            value = _object(_object(_object(self._module(inside), "outputs"), name), "expression")
            return self._followed(inside, value, inside, hops + 1) if value else None
        if resource and resource.group(1).startswith(f"{USER_TYPE}."):
            return self._user(place + resource.group(1), resource.group(2), holder)
        return None

    def _user(self, block: str, index: str | None, holder: str) -> tuple[str | None, str] | None:
        """Return the instance of a planned user that is meant: by its index, the holder's own, or as the only one."""
        instances = self._users.get(block, [])
        for suffix in (index, "", _without_index(holder)[1]):
            if suffix is not None and block + suffix in instances:
                return block + suffix, ""
        return (instances[0], "") if len(instances) == 1 and index is None else None

    def _each(self, place: str, references: list[str], holder: str, hops: int) -> tuple[str | None, str] | None:
        """Follow `each.value.name` into the users that a resource or module call runs over."""
        configuration = self._configuration(holder) if not holder.endswith(".") else {}
        if not configuration:
            configuration = self._call(f"{holder}.")
        collection = _object(configuration, "for_each_expression")
        if not any(reference.startswith("each.") for reference in references) or not collection:
            return None
        found = self._followed(place, collection, holder, hops + 1)
        return found if found and found[0] else None

    def _text(self, place: str, references: list[str], holder: str) -> str:
        text = place + ", ".join(sorted(references))
        if not any(reference.startswith(_LOOPS) for reference in references):
            return text
        configuration = self._configuration(holder) or self._call(f"{holder}.")
        loops = [configuration.get(name) for name in ("for_each_expression", "count_expression")]
        return f"{text} of {json.dumps(loops, sort_keys=True)} {_without_index(holder)[1]}"

    def _configuration(self, address: str) -> _Json:
        """Return the configuration of the resource whose instance stands at an address."""
        place = instance_of_address(address)
        block, _ = _without_index(address[len(place) :])
        key = re.sub(INDEX, "", place)
        if key not in self._configured:
            resources = _list(self._module(place), "resources")
            self._configured[key] = {str(resource.get("address")): resource for resource in resources}
        return self._configured[key].get(block, {})

    def _call(self, place: str) -> _Json:
        parent, call = call_of(place)
        return _object(_object(self._module(parent), "module_calls"), call.split("[", 1)[0])

    def _module(self, place: str) -> _Json:
        return _object(self._call(place), "module") if place else self._root


def _resources(module: _Json) -> Iterator[_Json]:
    yield from _list(module, "resources")
    for child in _list(module, "child_modules"):
        yield from _resources(child)


def _without_index(address: str) -> tuple[str, str]:
    found = re.fullmatch(rf"(.*?)({INDEX})?", address, re.DOTALL)
    return (found.group(1), found.group(2) or "") if found else (address, "")


def _object(value: _Json, name: str) -> _Json:
    inside = value.get(name)
    return inside if isinstance(inside, dict) else {}


def _list(value: _Json, name: str) -> list[_Json]:
    return [item for item in _list_of_any(value, name) if isinstance(item, dict)]


def _list_of_any(value: _Json, name: str) -> list[Any]:
    inside = value.get(name)
    return inside if isinstance(inside, list) else []


def _loaded(path: str) -> _Json:
    try:
        plan = json.loads(Path(path).read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        logger.info("cannot read %s again: %s", path, error)
        return {}
    return plan if isinstance(plan, dict) else {}


def _is_reference(text: str) -> bool:
    """Tell whether Checkov put a reference in the place of a user's name, which the plan does not know."""
    return not _IAM_NAME.fullmatch(text) or ("." in text and bool(_REFERENCE.fullmatch(text)))
