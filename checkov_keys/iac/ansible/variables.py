"""Literal variables of a play, its blocks and a task, and the values of templates that mention them.

https://docs.ansible.com/ansible/latest/playbook_guide/playbooks_variables.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable

from checkov_keys.iac.ansible.spelling import Speller, parse
from checkov_keys.iac.ansible.values import Effort, Nothing, UnresolvedError, Value, is_expression, to_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from checkov_keys.iac.ansible.evaluation import Evaluator
    from checkov_keys.iac.ansible.expressions import Expression

# No IAM name is nearly as long; variables that double each other are.
_LONGEST = 4096
# What is raised for an unresolved expression, and for one that fails in Ansible too.
_NOT_RESOLVED = (UnresolvedError, RecursionError, TypeError, ValueError, LookupError, ArithmeticError, AttributeError)


class Variables:
    """Literal variables, and the expressions that refer to them.

    Variables of inventories, roles, facts and the command line are not known: what refers to them stays as it is.
    """

    def __init__(
        self,
        values: Mapping[str, Value],
        effort: Effort | None = None,
        unknown: Mapping[str, Callable[[], str]] | None = None,
    ) -> None:
        """Take the variables as written, and those that are not known, each with what tells its origin."""
        self._values = values
        self._unknown = unknown or {}
        self._effort = effort or Effort()
        self._rendered: dict[str, Value] = {}
        self._evaluator: Evaluator | None = None

    def render(self, value: Value) -> Value:
        """Return a value with its expressions replaced by their values; what cannot be resolved stays."""
        rendered = self._render(value)
        if isinstance(rendered, Nothing):
            return None if rendered is Nothing.OMIT else value
        return list(rendered) if isinstance(rendered, tuple) else rendered

    def spell(self, value: Value) -> str:
        """Return an unresolved value with all that decides it; equal ones mean the same."""
        return Speller(self._find, self._unknown, self._effort).spell(value)

    def _render(self, value: Value) -> Value:
        """Return a value, ABSENT or OMIT; a template that cannot be resolved is returned as a template."""
        if not isinstance(value, str) or "{{" not in value:
            return value
        template = parse(value)
        if template.only_expression is not None:
            try:
                return self._evaluate(template.only_expression)
            except _NOT_RESOLVED:
                return value
        if template.parts is None:
            return value
        text = "".join(part if isinstance(part, str) else self._render_part(part) for part in template.parts)
        return text if len(text) <= _LONGEST else value

    def _render_part(self, expression: Expression) -> str:
        try:
            return to_text(self._evaluate(expression))
        except _NOT_RESOLVED:
            return expression.spelling

    def _evaluate(self, expression: Expression) -> Value:
        """Return the value of an expression; raises one of _NOT_RESOLVED if it is not known."""
        if self._evaluator is None:
            from checkov_keys.iac.ansible.evaluation import Evaluator  # noqa: PLC0415  # imports Jinja2

            self._evaluator = Evaluator(self._find, self._render, self._effort)
        if expression.node is None:
            raise UnresolvedError
        found = self._evaluator.evaluate(expression.node)
        if isinstance(found, (list, tuple)) and any(isinstance(item, Nothing) for item in found):
            raise UnresolvedError
        return found

    def _find(self, name: str) -> Value:
        """Return a variable's value; one that leads back to itself stays as written."""
        if name == "omit":
            return Nothing.OMIT
        if name in self._unknown or name not in self._values:
            raise UnresolvedError
        if name not in self._rendered:
            self._rendered[name] = self._values[name]
            self._rendered[name] = self._render(self._values[name])
        return self._rendered[name]


def find_root(value: object) -> str | None:
    """Return the variable that a value refers to, if it is one reference and nothing else."""
    return parse(value).root if is_expression(value) and isinstance(value, str) else None
