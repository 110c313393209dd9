"""What the first word of a reference leads to: `var`, `local`, `module`, `each`, `path`, a resource type, …."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable

from checkov_keys.iac.hcl.errors import EvaluationError
from checkov_keys.iac.hcl.values import (
    BOOL,
    DYNAMIC,
    STRING,
    Unknown,
    Value,
    canonical_text,
    object_of,
    unknown,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from checkov_keys.iac.hcl.functions.calling import Files, Function
    from checkov_keys.iac.hcl.scopes import Namespace
    from checkov_keys.iac.terraform.module_instance import ModuleInstance
    from checkov_keys.iac.terraform.repetition import Instance


class Space:
    """Names that are looked up when they are asked for (hcl's protocol `Namespace`)."""

    def __init__(
        self, word: str, find: Callable[[str], Value | Namespace], list_names: Callable[[], Iterable[str]] = tuple
    ) -> None:
        """Take the word in front of the names, what finds one, and what lists the names that there are."""
        self._word = word
        self._find = find
        self._list_names = list_names

    def member(self, key: Value) -> Value | Namespace:
        """Return what a name means; raise EvaluationError if there is no such name."""
        content = key.content
        if isinstance(content, Unknown):
            return unknown(DYNAMIC, f"{self._word}[{content.symbol}]", content.reason, marks=key.marks)
        if not isinstance(content, str):
            raise EvaluationError(f"{self._word} has no member {canonical_text(key)}")
        return self._find(content)

    def value(self) -> Value:
        """Return all of it as an object."""
        found = ((name, self._find(name)) for name in self._list_names())
        return object_of({name: value if isinstance(value, Value) else value.value() for name, value in found})


class BlockScope:
    """What names mean in an argument of a block (hcl's protocol `Scope`)."""

    def __init__(self, owner: ModuleInstance, instance: Instance, call_site_prefix: str) -> None:
        """Take the module instance, the block's own instance, and a name for calls of impure functions."""
        self._owner = owner
        self._instance = instance
        self.call_site_prefix = call_site_prefix

    @property
    def files(self) -> Files:
        """The files that the module may read."""
        return self._owner.files

    def function(self, name: str) -> Function | None:
        """Return None: functions of providers are not known here."""
        del name
        return None

    def lookup(self, name: str) -> Value | Namespace | None:
        """Return what the first word of a reference means, None if nothing."""
        make = _SPACES.get(name)
        if make is not None:
            return make(self)
        return self._find_type("resource", name) if "_" in name or self._owner.has_type(name) else None

    def _find_type(self, mode: str, resource_type: str) -> Space:
        owner = self._owner

        def list_names() -> Iterable[str]:
            return [name for found, its, name in owner.module.resources if (found, its) == (mode, resource_type)]

        return Space(resource_type, lambda name: owner.find_resource(mode, resource_type, name), list_names)

    def _find_mode(self, mode: str) -> Space:
        return Space(mode, lambda resource_type: self._find_type(mode, resource_type))

    def _make_named(self, word: str) -> Space:
        owner, module = self._owner, self._owner.module
        if word == "var":
            return Space(word, owner.variable, lambda: module.variables)
        if word == "local":
            return Space(word, owner.local, lambda: module.locals)
        return Space(word, owner.find_call, lambda: module.calls)

    def _each(self, name: str) -> Value | Namespace:
        instance = self._instance
        if instance.position is None or instance.each_value is None or name not in {"key", "value"}:
            raise EvaluationError(f"each.{name} is not in a block with for_each")
        return instance.position if name == "key" else instance.each_value

    def _count(self, name: str) -> Value:
        instance = self._instance
        if instance.position is None or instance.each_value is not None or name != "index":
            raise EvaluationError(f"count.{name} is not in a block with count")
        return instance.position


def _terraform(name: str) -> Value:
    kind = BOOL if name == "applying" else STRING
    return unknown(kind, f"terraform.{name}", f"terraform.{name} depends on who applies", not_null=True)


def _self(name: str) -> Value:
    return unknown(DYNAMIC, f"self.{name}", "self is known to provisioners only")


_SPACES: dict[str, Callable[[BlockScope], Space]] = {
    "var": lambda scope: scope._make_named("var"),  # noqa: SLF001  # of this module
    "local": lambda scope: scope._make_named("local"),  # noqa: SLF001
    "module": lambda scope: scope._make_named("module"),  # noqa: SLF001
    "data": lambda scope: scope._find_mode("data"),  # noqa: SLF001
    "ephemeral": lambda scope: scope._find_mode("ephemeral"),  # noqa: SLF001
    "each": lambda scope: Space("each", scope._each),  # noqa: SLF001
    "count": lambda scope: Space("count", scope._count),  # noqa: SLF001
    "path": lambda scope: Space("path", scope._owner.path),  # noqa: SLF001
    "terraform": lambda _: Space("terraform", _terraform),
    "self": lambda _: Space("self", _self),
}
