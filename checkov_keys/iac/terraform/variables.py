"""The variables of a module: their types, their defaults, and whether they may be null.

https://developer.hashicorp.com/terraform/language/values/variables
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, NamedTuple

from checkov_keys.iac.hcl.conversion import TypeConstraint, apply_constraint
from checkov_keys.iac.hcl.type_constraints import read_type_constraint
from checkov_keys.iac.hcl.values import DYNAMIC, Value, unknown

if TYPE_CHECKING:
    from checkov_keys.iac.hcl.nodes import Node
    from checkov_keys.iac.terraform.configuration import Section

ANY = TypeConstraint(DYNAMIC)


class Variable(NamedTuple):
    """A variable: its address, its type, its default, None if it has none, and whether it may be null."""

    address: str
    constraint: TypeConstraint
    default: Value | None
    is_nullable: bool

    def value_of(self, given: Value | None) -> Value:
        """Return the value of the variable, given that of an argument or a file, None if nobody gives one.

        Raises EvaluationError if the value is not of the variable's type.
        """
        if given is not None and not (given.is_null and not self.is_nullable):
            return apply_constraint(given, self.constraint)
        if self.default is not None:
            return apply_constraint(self.default, self.constraint)
        reason = f"no value is given for {self.address}"
        return unknown(self.constraint.type, self.address, reason, not_null=not self.is_nullable)


def read_variable(section: Section, address: str, evaluate: Callable[[Node], Value]) -> Variable:
    """Return a variable as its block declares it; raise EvaluationError or SyntaxProblem if the block is wrong.

    `evaluate` gives the value of a default, in which nothing has a name.
    """
    kind, default, nullable = (section.attribute(name) for name in ("type", "default", "nullable"))
    return Variable(
        address,
        ANY if kind is None else read_type_constraint(kind.bare),
        None if default is None else evaluate(default.literal),
        nullable is None or evaluate(nullable.literal).content is not False,
    )
