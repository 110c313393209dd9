"""One plan as `terraform show -json` writes it: the keys and users that exist once it is applied, and their blocks.

`planned_values` has what the plan looked at. What it leaves alone (`-target`, `-refresh-only`) is in `prior_state` and
nowhere in `resource_changes`.

https://developer.hashicorp.com/terraform/internals/json-format
"""

from __future__ import annotations

import json
import re
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from checkov_keys.iac.terraform.accounts import ACCOUNT_ATTRIBUTES, account_id
from checkov_keys.iac.terraform.addresses import INDEX, call_of, instance_of_address
from checkov_keys.iac.terraform.resource_types import KEY_TYPE, USER_TYPE

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]

_CALL = re.compile(rf"module\.([\w-]+){INDEX}?\.")
_ADDRESS = re.compile(r'"address":\s*("(?:[^"\\]|\\.)*")')
_MEMBER = re.compile(r'\s*("(?:[^"\\]|\\.)*"):')
_OUTPUTS = '"outputs": {'
_DEPOSED = " (deposed object "


class PlannedResource(NamedTuple):
    """An instance of a resource that exists after the apply.

    `place` is the prefix of its module instance with the last dot (`module.a["x"].`), `block` its type and name, and
    `suffix` the rest of its address (`[0]`, `["x"]`, or ""). `values` are those that are known, `unknown` maps the
    others to true, and `sensitive` maps those that are sensitive. `is_left_alone` if the plan does not look at it.
    """

    address: str
    place: str
    block: str
    suffix: str
    values: Json
    unknown: Json
    provider: str
    is_left_alone: bool = False
    sensitive: Json = {}  # noqa: RUF012  # never changed


class PlannedOutput(NamedTuple):
    """An output of the root module that exists after the apply: its value as far as it is known.

    `unknown` is true, or maps what is not known to true.
    """

    value: object
    unknown: object


class PlanDocument:
    """The keys and users of one plan, or with `types=None` everything in it.

    `problem` says why the file cannot be read, `doubt` why the plan is not the whole truth; both are "" if there is
    nothing to say. `forgotten` are addresses of what Terraform no longer manages.
    """

    def __init__(
        self, plan: Json, problem: str = "", text: str = "", types: tuple[str, ...] | None = (KEY_TYPE, USER_TYPE)
    ) -> None:
        """Index what exists after the apply; `text` is what the file holds."""
        self.problem = problem
        self.mentions_keys = KEY_TYPE in text
        self._text = text
        self.doubt = _find_doubt(plan)
        configuration = get_object(plan, "configuration")
        self._root = get_object(configuration, "root_module")
        self._providers = get_object(configuration, "provider_config")
        self._blocks: dict[str, dict[str, Json]] = {}
        self._changes: dict[str, Json] = {}
        self.forgotten: set[str] = set()
        self.resources: dict[str, PlannedResource] = {}
        # Address without the suffix → suffix → instance.
        self.by_block: dict[str, dict[str, PlannedResource]] = {}
        changed = self._read_changes(plan)
        planned = get_object(plan, "planned_values")
        self.outputs = _read_outputs(get_object(planned, "outputs"), get_object(plan, "output_changes"))
        for module, resource in _walk(get_object(planned, "root_module"), "", types):
            if str(resource.get("address")) not in self.forgotten:
                self._add(_make_resource(module, resource, self._changes))
        prior = get_object(get_object(plan, "prior_state"), "values")
        for module, resource in _walk(get_object(prior, "root_module"), "", types):
            self._add_left_alone(module, resource, changed)

    def _read_changes(self, plan: Json) -> set[tuple[str, str]]:
        """Return what the plan looks at: addresses, each with the key of a deposed object, or ""."""
        changed: set[tuple[str, str]] = set()
        for resource in list_objects(plan, "resource_changes"):
            address, change = str(resource.get("address")), get_object(resource, "change")
            deposed = str(resource.get("deposed") or "")
            changed.add((address, deposed))
            if deposed:
                continue
            self._changes[address] = change
            # https://github.com/hashicorp/terraform/issues/38641: it is among what is planned, too.
            if change.get("actions") == ["forget"]:
                self.forgotten.add(address)
        return changed

    def _add(self, resource: PlannedResource) -> None:
        self.resources[resource.address] = resource
        self.by_block.setdefault(resource.place + resource.block, {}).setdefault(resource.suffix, resource)

    def _add_left_alone(self, module: str, resource: Json, changed: set[tuple[str, str]]) -> None:
        address, deposed = str(resource.get("address")), str(resource.get("deposed_key") or "")
        if (address, deposed) in changed or (not deposed and address in self.resources):
            return
        made = _make_resource(module, resource, {})._replace(is_left_alone=True)
        if deposed:
            made = made._replace(address=f"{address}{_DEPOSED}{deposed})")
        self._add(made)

    def list_resources(self, resource_type: str) -> list[PlannedResource]:
        """Return the instances of a type, in the order of the plan."""
        return [each for each in self.resources.values() if each.block.startswith(f"{resource_type}.")]

    def find_line(self, resource: PlannedResource) -> int:
        """Return the first line, from 1, that tells the address of a resource; most plans are one line."""
        address = json.dumps(resource.address.partition(_DEPOSED)[0], ensure_ascii=False)
        return self._lines[0].get(address, 1)

    def find_output_line(self, name: str) -> int:
        """Return the first line, from 1, that tells an output of the root module."""
        return self._lines[1].get(json.dumps(name, ensure_ascii=False), 1)

    @cached_property
    def _lines(self) -> tuple[dict[str, int], dict[str, int]]:
        """The lines of addresses and of outputs, both as JSON; none if the plan is one line."""
        addresses: dict[str, int] = {}
        outputs: dict[str, int] = {}
        lines = self._text.split("\n")
        are_outputs = False
        for number, line in enumerate(lines if len(lines) > 2 else (), start=1):  # noqa: PLR2004  # one, and nothing
            found, member = _ADDRESS.search(line), _MEMBER.match(line)
            if found:
                addresses.setdefault(found[1], number)
            if are_outputs and member:
                outputs.setdefault(member[1], number)
            are_outputs = are_outputs or _OUTPUTS in line
        return addresses, outputs

    def find_output(self, name: str) -> Json:
        """Return the configuration of an output of the root module, {} if there is none."""
        return get_object(get_object(self._root, "outputs"), name)

    def find_account(self, resource: PlannedResource) -> tuple[str, str] | None:
        """Return what names the account of a resource in this plan, and its id, "" if unknown; None if nobody can tell.

        Provider configurations are one account if they differ in nothing that decides it, as far as they are literals.
        """
        key = str(self.find_block(resource.place, resource.block).get("provider_config_key") or "")
        if key:
            # Before Terraform 1.1 a key also named the module that inherits the configuration.
            return self._spell_account(key if key in self._providers else key.rpartition(":")[2])
        same = [name for name, each in self._providers.items() if _get_name(each) == resource.provider]
        accounts = {self._spell_account(name) for name in same} or {("", "")}
        return accounts.pop() if len(accounts) == 1 else None

    def _spell_account(self, key: str) -> tuple[str, str]:
        expressions = get_object(get_object(self._providers, key), "expressions")
        decisive = {name: expressions[name] for name in ACCOUNT_ATTRIBUTES if _says_something(expressions.get(name))}
        allowed = get_object(expressions, "allowed_account_ids").get("constant_value")
        roles = [
            get_object(block, "role_arn").get("constant_value") for block in list_objects(expressions, "assume_role")
        ]
        number = account_id(allowed, [{"role_arn": role} for role in roles])
        is_alias = key not in self._providers and "." in key
        text = json.dumps(decisive, sort_keys=True) if decisive else ""
        if is_alias or '"references"' in text:
            # Of an expression a plan tells what it refers to, not what it makes of that.
            text = f"{key} {text}"
        return text, number

    def find_block(self, place: str, block: str) -> Json:
        """Return the configuration of a resource in a module instance, {} if there is none."""
        key = re.sub(INDEX, "", place)
        if key not in self._blocks:
            resources = list_objects(self.find_module(place), "resources")
            self._blocks[key] = {str(resource.get("address")): resource for resource in resources}
        return self._blocks[key].get(block, {})

    def find_call(self, place: str) -> Json:
        """Return the configuration of the call that makes a module instance, {} if there is none."""
        parent, call = call_of(place)
        return get_object(get_object(self.find_module(parent), "module_calls"), call.split("[", 1)[0])

    def find_outputs(self, place: str) -> dict[str, Json]:
        """Return the expressions of the outputs of a module instance by their names."""
        outputs = get_object(self.find_module(place), "outputs")
        return {name: get_object(get_object(outputs, name), "expression") for name in outputs}

    def find_module(self, place: str) -> Json:
        """Return the configuration of a module instance, {} if there is none."""
        module = self._root
        for name in _CALL.findall(place):
            module = get_object(get_object(get_object(module, "module_calls"), name), "module")
        return module


def load_plan(path: str, types: tuple[str, ...] | None = (KEY_TYPE, USER_TYPE)) -> PlanDocument:
    """Read the plan in a file: JSON in UTF-8, UTF-16 or UTF-32. `types` are the resource types to index, None all."""
    try:
        content = Path(path).read_bytes()
        text = content.decode(json.detect_encoding(content))
        plan = json.loads(text)
    except (OSError, ValueError, RecursionError) as error:
        return PlanDocument({}, f"the plan cannot be read again: {error}")
    if not isinstance(plan, dict):
        return PlanDocument({}, "the plan is not an object")
    return PlanDocument(plan, text=text, types=types)


def get_object(value: Json, name: str) -> Json:
    """Return a member that is an object, {} if it is not."""
    inside = value.get(name)
    return inside if isinstance(inside, dict) else {}


def list_objects(value: Json, name: str) -> list[Json]:
    """Return the objects in a member that is an array."""
    return [item for item in list_items(value, name) if isinstance(item, dict)]


def list_items(value: Json, name: str) -> list[Any]:
    """Return a member that is an array, [] if it is not."""
    inside = value.get(name)
    return inside if isinstance(inside, list) else []


def _find_doubt(plan: Json) -> str:
    if plan.get("errored") is True:
        return "the plan failed, so it does not tell all that an apply does"
    if plan.get("complete") is False:
        return "the plan is not complete (-target, or something deferred), so another apply has to follow"
    return ""


def _read_outputs(values: Json, changes: Json) -> dict[str, PlannedOutput]:
    outputs: dict[str, PlannedOutput] = {}
    for name in values:
        planned, change = get_object(values, name), get_object(changes, name)
        unknown = change.get("after_unknown", "value" not in planned)
        outputs[name] = PlannedOutput(planned.get("value"), unknown)
    return outputs


def _walk(module: Json, address: str, types: tuple[str, ...] | None) -> Iterator[tuple[str, Json]]:
    """Yield the resources in a module of values and its children, each with the address of its module.

    With `types` these are the managed ones of the types, without all of them and data sources.
    """
    modules = [(address, module)]
    for place, each in modules:
        for resource in list_objects(each, "resources"):
            if types is None or (resource.get("type") in types and resource.get("mode", "managed") == "managed"):
                yield place, resource
        modules += [(str(child.get("address") or ""), child) for child in list_objects(each, "child_modules")]


def _make_resource(module: str, resource: Json, changes: dict[str, Json]) -> PlannedResource:
    address = str(resource.get("address"))
    place, block = f"{module}." if module else "", f"{resource.get('type')}.{resource.get('name')}"
    if instance_of_address(place) != place or not address.startswith(place + block):
        place = instance_of_address(address)
        block = re.sub(rf"{INDEX}$", "", address[len(place) :])
    suffix = address[len(place + block) :]
    if not re.fullmatch(INDEX, suffix):
        suffix = ""
    values, provider = get_object(resource, "values"), str(resource.get("provider_name") or "")
    change = changes.get(address, {})
    unknown, sensitive = get_object(change, "after_unknown"), get_object(change, "after_sensitive")
    return PlannedResource(address, place, block, suffix, values, unknown, provider, sensitive=sensitive)


def _get_name(provider: object) -> object:
    return provider.get("full_name") if isinstance(provider, dict) else None


def _says_something(expression: object) -> bool:
    """Tell whether an argument, or nested blocks, of a provider hold anything."""
    if isinstance(expression, list):
        return any(_says_something(each) for block in expression if isinstance(block, dict) for each in block.values())
    if not isinstance(expression, dict):
        return False
    return expression.get("constant_value") not in (None, "", [], {}) or bool(expression.get("references"))
