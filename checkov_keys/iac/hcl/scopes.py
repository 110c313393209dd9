"""What an evaluation must be told: what names mean, which files may be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, Union

from checkov_keys.iac.hcl.values import Value

if TYPE_CHECKING:
    from checkov_keys.iac.hcl.functions.calling import Files, Function


class Namespace(Protocol):
    """Something that is looked into before it is evaluated, as `var` or `module.network`."""

    def member(self, key: Value) -> Value | Namespace:
        """Return what `.key` or `[key]` is; raise EvaluationError if there is no such thing.

        The key may be unknown.
        """

    def value(self) -> Value:
        """Return all of it as one value; raise EvaluationError if that is not possible."""


Meaning = Union[Value, Namespace]


class Scope(Protocol):
    """Where an expression is."""

    @property
    def files(self) -> Files:
        """The files that it may read."""

    @property
    def call_site_prefix(self) -> str:
        """A text that no other place has in which the same file is evaluated; it makes results of `uuid()` differ."""

    def lookup(self, name: str) -> Meaning | None:
        """Return what the first word of a reference means; None if it is not declared."""

    def function(self, name: str) -> Function | None:
        """Return a function that Terraform's language does not have; None if there is none of this name."""
