"""Calls of functions: their arguments, `try` and `can`, and the templates that functions evaluate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable

from checkov_keys.iac.hcl.errors import EvaluationError
from checkov_keys.iac.hcl.expressions import parse_template
from checkov_keys.iac.hcl.losses import LOSSES
from checkov_keys.iac.hcl.possibilities import spread, unknown_result
from checkov_keys.iac.hcl.tokens import SyntaxProblem
from checkov_keys.iac.hcl.values import (
    BOOL,
    DYNAMIC,
    NO_MARKS,
    Value,
    all_marks,
    boolean,
    canonical_text,
    is_wholly_known,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from checkov_keys.iac.hcl.evaluation import Evaluator
    from checkov_keys.iac.hcl.functions.calling import Files, Function
    from checkov_keys.iac.hcl.limits import Budget
    from checkov_keys.iac.hcl.nodes import Call, Node
    from checkov_keys.iac.hcl.operations import Arm
    from checkov_keys.iac.hcl.scopes import Scope

_TEMPLATE_FUNCTIONS = frozenset(("templatefile", "templatestring"))
_FILE_FUNCTIONS = frozenset(
    f"file{kind}"
    for kind in ("", "exists", "set", "base64", "base64sha256", "base64sha512", "md5", "sha1", "sha256", "sha512")
)


def evaluate_call(evaluator: Evaluator, node: Call) -> Value:
    """Return what a function makes of its arguments; raise EvaluationError if it refuses them."""
    from checkov_keys.iac.hcl import functions  # noqa: PLC0415  # most expressions call none

    name = node.name.replace("core::", "", 1) if node.name.startswith("core::") else node.name
    if name in evaluator.forbidden:
        raise EvaluationError(f"{name}() cannot be called from a template of this kind.")
    if name in ("try", "can"):
        return _try(evaluator, node) if name == "try" else _can(evaluator, node)
    arguments = [evaluator.evaluate(argument) for argument in node.arguments]
    context = _Context(evaluator, f"{name}{evaluator.name_call_site(node.at)}")
    own = evaluator.scope.function(name) if name not in functions.FUNCTIONS else None
    if own is None and name not in functions.FUNCTIONS and not name.startswith("provider::"):
        raise EvaluationError(f'There is no function named "{name}".')

    def call(given: Sequence[Value]) -> Value:
        if own is not None:
            return functions.call_function(own, given, context)
        return functions.call(name, given, context)

    return _call_expanded(name, arguments, call) if node.is_expanded else call(arguments)


def _call_expanded(name: str, arguments: list[Value], call: Callable[[Sequence[Value]], Value]) -> Value:
    """Return the result of a call whose last argument is followed by `...`."""
    from checkov_keys.iac.hcl.functions import expand_final  # noqa: PLC0415  # most expressions call none

    if not arguments:
        raise EvaluationError("There is nothing before the '...'.")

    def expand(given: Sequence[Value]) -> Value:
        final = expand_final(given[-1])
        if final is None:
            return unknown_result(DYNAMIC, spell(), given)
        return call([*given[:-1], *final])

    def spell() -> str:
        return f"{name}({', '.join(map(canonical_text, arguments))}...)"

    if expand_final(arguments[-1]) is not None:
        return expand(arguments)
    result = spread(expand, arguments, spell)
    return unknown_result(DYNAMIC, spell(), arguments) if result is None else result


def _attempt(evaluator: Evaluator, node: Node) -> tuple[Arm, bool]:
    """Return a value or its error, and whether it is certain.

    It is not if it only holds because Terraform would refuse all other values of something unknown: `try` and `can`
    are there for what Terraform refuses.
    """
    before = LOSSES.count
    result = evaluator.attempt(node)
    is_certain = LOSSES.count == before
    return result, is_certain and (isinstance(result, EvaluationError) or is_wholly_known(result))


def _try(evaluator: Evaluator, node: Call) -> Value:
    if node.is_expanded or not node.arguments:
        raise EvaluationError("try() needs arguments, each of them an expression.")
    errors: list[str] = []
    for at, argument in enumerate(node.arguments):
        result, is_certain = _attempt(evaluator, argument)
        if not is_certain:
            return _try_unknown(evaluator, node, at, result)
        if isinstance(result, Value):
            return result
        errors.append(str(result))
    raise EvaluationError(f"no expression of try() succeeded: {'; '.join(errors)}")


def _try_unknown(evaluator: Evaluator, node: Call, at: int, first: Arm) -> Value:
    """Return what `try` makes of an argument that may fail once it is known."""
    results = [first, *[_attempt(evaluator, argument)[0] for argument in node.arguments[at + 1 :]]]
    found = [result for result in results if isinstance(result, Value)]
    symbol = f"try({', '.join(canonical_text(result) for result in found)})"
    return unknown_result(DYNAMIC, symbol, found, not_null=False)


def _can(evaluator: Evaluator, node: Call) -> Value:
    if node.is_expanded or len(node.arguments) != 1:
        raise EvaluationError("can() needs one argument, an expression.")
    result, is_certain = _attempt(evaluator, node.arguments[0])
    if is_certain:
        return boolean(isinstance(result, Value), all_marks(result) if isinstance(result, Value) else NO_MARKS)
    found = [result] if isinstance(result, Value) else []
    symbol = f"can({canonical_text(result) if isinstance(result, Value) else evaluator.name_call_site(node.at)})"
    return unknown_result(BOOL, symbol, found)


class _Context:
    """What a function is given besides its arguments."""

    __slots__ = ("_evaluator", "call_site")

    def __init__(self, evaluator: Evaluator, call_site: str) -> None:
        self._evaluator = evaluator
        self.call_site = call_site

    @property
    def files(self) -> Files:
        """The files that the expression may read."""
        return self._evaluator.scope.files

    @property
    def budget(self) -> Budget:
        """The budget of the evaluation."""
        return self._evaluator.budget

    def evaluate_template(self, text: str, variables: Mapping[str, Value], function: str) -> Value:
        """Return what a template makes of variables; raise EvaluationError if it is wrong."""
        try:
            node = parse_template(text)
        except SyntaxProblem as error:
            raise EvaluationError(f"{function}: {error}") from error
        outer = self._evaluator
        forbidden = _TEMPLATE_FUNCTIONS | (_FILE_FUNCTIONS if function == "templatestring" else frozenset())
        scope = _TemplateScope(outer.scope, variables, self.call_site)
        return type(outer)(scope, outer.budget, forbidden).evaluate(node)


class _TemplateScope:
    """Where the template of a function is: only the variables that it is given mean anything."""

    __slots__ = ("_outer", "_variables", "call_site_prefix")

    def __init__(self, outer: Scope, variables: Mapping[str, Value], call_site_prefix: str) -> None:
        self._outer = outer
        self._variables = variables
        self.call_site_prefix = call_site_prefix

    @property
    def files(self) -> Files:
        """The files that the caller may read."""
        return self._outer.files

    def lookup(self, name: str) -> Value | None:
        """Return a variable."""
        return self._variables.get(name)

    def function(self, name: str) -> Function | None:
        """Return the caller's function."""
        return self._outer.function(name)
