"""What a named value needs, told by its expression alone, so that long chains are evaluated without recursion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkov_keys.iac.hcl.errors import EvaluationError
from checkov_keys.iac.hcl.nodes import Member
from checkov_keys.iac.hcl.references import references
from checkov_keys.iac.hcl.tokens import SyntaxProblem
from checkov_keys.iac.terraform.arguments import ALONE, Argument
from checkov_keys.iac.terraform.calls import CallSpace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checkov_keys.iac.terraform.module_instance import ModuleInstance

# A named value: the module instance, and "var", "local" or "output" with the name.
Named = tuple["ModuleInstance", tuple[str, str]]


def find_needed(owner: ModuleInstance, kind: str, name: str) -> Iterator[Named]:
    """Yield the variables, locals and outputs that a named value refers to, as far as its expression alone tells."""
    found = _find_expression(owner, kind, name)
    if found is None or found.owner is None:
        return
    scope, attribute = found.owner, found.attribute
    try:
        node = attribute.expression
    except SyntaxProblem:
        return
    for reference in references(node):
        names = [step.name for step in reference.steps if isinstance(step, Member)]
        if reference.root in ("var", "local") and names:
            yield scope, (reference.root, names[0])
        elif reference.root == "module" and len(names) > 1:
            child = _only_child(scope, names[0])
            if child is not None:
                yield child, ("output", names[1])


def _find_expression(owner: ModuleInstance, kind: str, name: str) -> Argument | None:
    module = owner.module
    if kind == "local":
        attribute = module.locals.get(name)
        return None if attribute is None else Argument(owner, attribute, ALONE)
    if kind == "var":
        return owner.find_argument(name)
    section = module.outputs.get(name)
    attribute = section.attribute("value") if section else None
    return None if attribute is None else Argument(owner, attribute, ALONE)


def _only_child(owner: ModuleInstance, name: str) -> ModuleInstance | None:
    """Return the instance that a call without count and for_each makes."""
    section = owner.module.calls.get(name)
    if section is None or section.attribute("count") or section.attribute("for_each"):
        return None
    try:
        call = owner.find_call(name)
        return next(call.children(), None) if isinstance(call, CallSpace) else None
    except (EvaluationError, SyntaxProblem):
        return None
