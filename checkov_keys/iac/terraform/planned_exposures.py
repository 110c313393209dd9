"""Plans of Terraform → where the secrets of access keys are in plain sight once they are applied.

A secret is followed by what the configuration refers to. A plan over an existing state also tells secrets: wherever the
text of one is, it is, and where a value is known without it, it is not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, NamedTuple

from checkov_keys.domain.exposures import ExposedSecret, Exposure, SecretStep
from checkov_keys.iac.common.exposed_secrets import DeclaredExposure
from checkov_keys.iac.terraform.addresses import file_path
from checkov_keys.iac.terraform.plan import make_vertex
from checkov_keys.iac.terraform.plan_document import Json, get_object, load_plan
from checkov_keys.iac.terraform.plan_users import Holder
from checkov_keys.iac.terraform.planned_flow import SecretFlow
from checkov_keys.iac.terraform.planned_marks import confirms, find_parts, holds_key, is_unknown, list_texts
from checkov_keys.iac.terraform.planned_secrets import SECRETS, Flow, KeySecret, has_secret, has_true
from checkov_keys.iac.terraform.planned_texts import SecretTexts
from checkov_keys.iac.terraform.resource_types import KEY_TYPES
from checkov_keys.iac.terraform.sinks import OUTPUT, SINKS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from checkov_keys.iac.common.graph_view import Vertex
    from checkov_keys.iac.common.places import Place
    from checkov_keys.iac.terraform.plan_document import PlannedResource

_ROOT = Holder("", {}, "")


def find_planned_exposures(paths: Iterable[str], vertices: Iterable[Vertex]) -> list[DeclaredExposure]:
    """Return the sinks that hold secrets once the plans in some files are applied, each once.

    `vertices` are those of planned resources in Checkov's graph: their files are read, too. A plan that cannot be read
    has none.
    """
    found: list[DeclaredExposure] = []
    for path in dict.fromkeys([*paths, *map(file_path, vertices)]):
        found += _PlanReader(path).find_exposures()
    return found


class _Found(NamedTuple):
    """A secret in an argument of a sink: the address of its key, the attribute, and the steps between both."""

    argument: str
    key: str
    attribute: str
    way: tuple[str, ...]
    place: Place


class _PlanReader:
    """Finds the exposures of one plan."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._plan = load_plan(path, None)
        self._flow = SecretFlow(self._plan)
        keys = [each for each in self._plan.resources.values() if _is_key(each)]
        told = [
            (key.values.get(name), (key.address, name)) for key in keys for name in SECRETS if has_secret(key, name)
        ]
        self._texts = SecretTexts((text, name) for text, name in told if isinstance(text, str))
        self._has_keys = bool(keys)

    def find_exposures(self) -> list[DeclaredExposure]:
        """Return the resources and outputs that hold secrets."""
        if not self._has_keys:
            return []
        declared: list[DeclaredExposure] = []
        for resource in self._plan.resources.values():
            found = self._find_by_reference(resource)
            if not _is_key(resource):
                found += self._find_by_text(resource)
            if found:
                name = resource.block + resource.suffix
                declared.append(self._declare(resource.address, name, self._plan.find_line(resource), found))
        for name in self._plan.outputs:
            found = self._find_in_output(name)
            if found:
                address = f"output.{name}"
                declared.append(self._declare(address, address, self._plan.find_output_line(name), found))
        return declared

    def _find_by_reference(self, resource: PlannedResource) -> list[_Found]:
        """Return what the configuration gives to arguments whose values are not known yet."""
        # What a plan leaves alone does not get what its configuration says.
        block = {} if resource.is_left_alone else self._plan.find_block(resource.place, resource.block)
        found: list[_Found] = []
        for argument, flow in self._evaluate(resource, block):
            place = SINKS.find(_type_of(resource), argument, _read_argument(resource)) if flow.secrets else None
            is_command = argument.startswith("provisioner.")
            if place is None or not (is_command or is_unknown(resource, argument)):
                continue
            for secret in flow.secrets:
                is_certain = secret.is_certain and bool(secret.attribute)
                if is_certain or (not is_command and not flow.is_mixed and confirms(resource, argument)):
                    # Of a key of which only something sensitive is known to be there, it is hardly ever the other one.
                    attribute = secret.attribute or SECRETS[0]
                    found.append(_Found(argument, secret.key, attribute, secret.way, place))
        return found

    def _evaluate(self, resource: PlannedResource, block: Json) -> list[tuple[str, Flow]]:
        holder = Holder(resource.place, block, resource.suffix)
        arguments = self._flow.list_arguments(block) if block else ()
        return [(argument, self._flow.evaluate(expression, holder)) for argument, expression in arguments]

    def _find_by_text(self, resource: PlannedResource) -> list[_Found]:
        """Return the arguments whose values hold secrets."""
        found: list[_Found] = []
        flows: dict[str, Flow] | None = None
        for path, text in list_texts(resource.values):
            for key, attribute in sorted(self._texts.find(text)):
                place = SINKS.find(_type_of(resource), path, _read_argument(resource))
                if place is None:
                    continue
                if flows is None:
                    block = self._plan.find_block(resource.place, resource.block)
                    flows = dict(self._evaluate(resource, block))
                argument = max((each for each in flows if f"{path}.".startswith(f"{each}.")), key=len, default=path)
                way = _find_way(flows.get(argument, Flow()), key, attribute)
                found.append(_Found(argument, key, attribute, way, place))
        tags = {(each.key, each.attribute) for each in found if each.argument.partition(".")[0] == "tags"}
        # All tags are the tags, and the provider's own.
        return [each for each in found if not (each.argument.startswith("tags_all") and each[1:3] in tags)]

    def _find_in_output(self, name: str) -> list[_Found]:
        output = self._plan.outputs[name]
        expression = get_object(self._plan.find_output(name), "expression")
        flow = self._flow.evaluate(expression, _ROOT)
        found: list[_Found] = []
        for _, text in list_texts(output.value):
            for key, attribute in sorted(self._texts.find(text)):
                found.append(_Found(OUTPUT.arguments, key, attribute, _find_way(flow, key, attribute), OUTPUT))
        for secret in flow.secrets if has_true(output.unknown) else ():
            names = [secret.attribute] if secret.is_certain and secret.attribute else []
            if not secret.attribute and holds_key(output.unknown):
                names = [each for each in SECRETS if self._has_secret(secret, each)]
            found += (_Found(OUTPUT.arguments, secret.key, each, secret.way, OUTPUT) for each in names)
        return found

    def _has_secret(self, secret: KeySecret, attribute: str) -> bool:
        key = self._plan.resources.get(secret.key)
        return key is None or has_secret(key, attribute)

    def _declare(self, address: str, name: str, line: int, found: list[_Found]) -> DeclaredExposure:
        secrets: dict[tuple[str, str, str], ExposedSecret] = {}
        for each in found:
            last = address if each.place is OUTPUT else f"{address}.{each.argument}"
            steps = [self._make_step(text) for text in (f"{each.key}.{each.attribute}", *each.way)]
            way = (*steps, SecretStep(last, self._path, line))
            secret = ExposedSecret(each.key, each.attribute, each.argument, way)
            secrets.setdefault((each.key, each.attribute, each.argument), secret)
        place = found[0].place
        exposure = Exposure(address, self._path, line, place.reason, place.instead, tuple(secrets.values()))
        return DeclaredExposure(exposure, make_vertex(self._path, address, name, line))

    def _make_step(self, text: str) -> SecretStep:
        resource = self._find_owner(text)
        return SecretStep(text, self._path, self._plan.find_line(resource) if resource else 0)

    def _find_owner(self, text: str) -> PlannedResource | None:
        """Return the resource that a step names, with an argument."""
        while text and text not in self._plan.resources:
            text = text.rpartition(".")[0]
        return self._plan.resources.get(text)


def _is_key(resource: PlannedResource) -> bool:
    return _type_of(resource) in KEY_TYPES


def _type_of(resource: PlannedResource) -> str:
    """Return the type of a resource, of a data source with `data.` before it."""
    return resource.block.rpartition(".")[0]


def _read_argument(resource: PlannedResource) -> Callable[[str], str | None]:
    def find_text(name: str) -> str | None:
        found = find_parts(resource.values, name)
        texts = [
            str(each).lower() if isinstance(each, bool) else each for each in found if isinstance(each, (str, bool))
        ]
        if is_unknown(resource, name) or len(texts) > 1:
            return None
        return texts[0] if texts else ""

    return find_text


def _find_way(flow: Flow, key: str, attribute: str) -> tuple[str, ...]:
    """Return the steps by which a secret came, if references tell."""
    ways = [each.way for each in flow.secrets if each.key == key and each.attribute in ("", attribute)]
    return ways[0] if ways else ()
