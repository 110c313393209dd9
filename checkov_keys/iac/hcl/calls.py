"""Calls of functions: their arguments, `try` and `can`, and the templates that functions evaluate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, NamedTuple

from checkov_keys.iac.hcl.errors import EvaluationError
from checkov_keys.iac.hcl.expressions import parse_template
from checkov_keys.iac.hcl.losses import LOSSES
from checkov_keys.iac.hcl.nodes import Access, Name
from checkov_keys.iac.hcl.possibilities import choices_of, spread, unknown_result
from checkov_keys.iac.hcl.tokens import SyntaxProblem
from checkov_keys.iac.hcl.values import (
    BOOL,
    DYNAMIC,
    NO_MARKS,
    Value,
    all_marks,
    boolean,
    canonical_text,
    first_unknown,
    is_wholly_known,
    unknown,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

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
    if name == "templatestring" and node.arguments:
        _refuse_inline_template(evaluator, node.arguments[0])
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


def _refuse_inline_template(evaluator: Evaluator, template: Node) -> None:
    source = template.source if isinstance(template, Access) else template
    if source is template or not isinstance(source, Name) or source.name in evaluator.names:
        raise EvaluationError("The template of templatestring() must be a reference to a text from elsewhere.")


def _call_expanded(name: str, arguments: list[Value], call: Callable[[Sequence[Value]], Value]) -> Value:
    """Return the result of a call whose last argument is followed by `...`."""
    from checkov_keys.iac.hcl.functions import expand_final  # noqa: PLC0415  # most expressions call none

    if not arguments:
        raise EvaluationError("There is nothing before the '...'.")

    def expand(given: Sequence[Value]) -> Value:
        final = expand_final(given[-1])
        if final is None:
            return unknown_result(DYNAMIC, spell(given), given)
        return call([*given[:-1], *final])

    def spell(given: Sequence[Value]) -> str:
        return f"{name}({', '.join(map(canonical_text, given))}...)"

    if expand_final(arguments[-1]) is not None:
        return expand(arguments)
    result = spread(expand, arguments, lambda: spell(arguments))
    return expand(arguments) if result is None else result


class _Attempt(NamedTuple):
    """A value or its error, and whether it only holds because Terraform would refuse other values of an unknown."""

    result: Arm
    has_losses: bool

    @property
    def is_certain(self) -> bool:
        """Whether the argument will be this, whatever is unknown now. What was lost is an error, as an error is."""
        return isinstance(self.result, EvaluationError) or (not self.has_losses and is_wholly_known(self.result))


def _attempt(evaluator: Evaluator, node: Node | Value) -> _Attempt:
    if isinstance(node, Value):
        return _Attempt(node, has_losses=False)
    before = LOSSES.count
    result = evaluator.attempt(node)
    return _Attempt(result, LOSSES.count != before)


def _try(evaluator: Evaluator, node: Call) -> Value:
    """Return the first argument that is not in error, or what it can be if that is not certain."""
    symbols: list[str] = []
    found: list[Value] = []
    for argument in _list_candidates(evaluator, node):
        attempt = _attempt(evaluator, argument)
        if isinstance(attempt.result, EvaluationError):
            continue
        if attempt.is_certain and not found:
            return attempt.result
        found.append(attempt.result)
        symbols.append(_name_uncertain(evaluator, node, attempt))
        if attempt.is_certain:
            break
    if not found:
        raise EvaluationError("no expression of try() succeeded.")
    possible = [choice for value in found for choice in choices_of(value) or (value,)]
    return _mark(unknown(DYNAMIC, f"try({', '.join(symbols)})", _give_reason(found[0]), possible=possible), found)


def _list_candidates(evaluator: Evaluator, node: Call) -> list[Node | Value]:
    from checkov_keys.iac.hcl.functions import expand_final  # noqa: PLC0415  # most expressions call none

    candidates: list[Node | Value] = list(node.arguments)
    if node.is_expanded:
        final = expand_final(evaluator.evaluate(node.arguments[-1]))
        candidates[-1:] = [evaluator.evaluate(node.arguments[-1])] if final is None else final
    if not candidates:
        raise EvaluationError("try() needs arguments, each of them an expression.")
    return candidates


def _can(evaluator: Evaluator, node: Call) -> Value:
    candidates = _list_candidates(evaluator, node)
    if len(candidates) != 1:
        raise EvaluationError("can() needs one argument, an expression.")
    attempt = _attempt(evaluator, candidates[0])
    if attempt.is_certain:
        return _mark(boolean(isinstance(attempt.result, Value)), [attempt.result])
    symbol = f"can({_name_uncertain(evaluator, node, attempt)})"
    return _mark(unknown(BOOL, symbol, _give_reason(attempt.result), not_null=True), [attempt.result])


def _name_uncertain(evaluator: Evaluator, node: Call, attempt: _Attempt) -> str:
    """Return a symbol of something that may fail; what it is otherwise does not say when it does."""
    result = attempt.result
    return (
        canonical_text(result)
        if isinstance(result, Value) and not attempt.has_losses
        else evaluator.name_call_site(node.at)
    )


def _give_reason(result: Arm) -> str:
    hidden = first_unknown(result) if isinstance(result, Value) else None
    return hidden.reason if hidden else "whether this fails depends on something unknown"


def _mark(value: Value, sources: Iterable[Arm]) -> Value:
    return value.with_marks(NO_MARKS.union(*[all_marks(one) for one in sources if isinstance(one, Value)]))


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
