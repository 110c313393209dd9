"""What a function is, what it is given, and the one way to call any of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Callable, Protocol

from checkov_keys.iac.hcl.conversion import convert
from checkov_keys.iac.hcl.errors import EvaluationError, FileUnavailable, LimitError, UndecidedError
from checkov_keys.iac.hcl.limits import EXCEEDED
from checkov_keys.iac.hcl.possibilities import spread, unknown_result
from checkov_keys.iac.hcl.value_types import DYNAMIC, Type
from checkov_keys.iac.hcl.values import (
    NO_MARKS,
    Value,
    all_marks,
    canonical_text,
    forget_text_marks,
    is_wholly_known,
    iterate_values,
    strip_marks,
    unknown,
)

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping, Sequence

    from checkov_keys.iac.hcl.binary_numbers import Number

LARGEST_INTEGER = (1 << 63) - 1


class Spender(Protocol):
    """What counts how much an evaluation spends."""

    def spend(self, units: int) -> None:
        """Take units off: one a character of a text, 40 a member of a collection; raise LimitError if none is left."""

    def check_extent(self, extent: tuple[int, int]) -> None:
        """Raise LimitError if a value of this extent is too long or too deep to walk through."""


class Files(Protocol):
    """The files that a module's expressions may read, by the path that the expression says.

    Each method raises FileUnavailable(reason) if nobody can say: outside of what may be read, or made later.
    """

    def read_bytes(self, path: str) -> bytes:
        """Return what a file holds; raise FileNotFoundError if there surely is none."""

    def exists(self, path: str) -> bool:
        """Say whether a regular file is there; raise IsADirectoryError for a directory."""

    def list(self, directory: str) -> Iterable[str]:
        """Return the regular files below a directory, relative to it, with `/`; none if it does not exist."""


class CallContext(Protocol):
    """What a function may need besides its arguments."""

    @property
    def files(self) -> Files:
        """The files that it may read."""

    @property
    def budget(self) -> Spender:
        """What its result is counted against."""

    @property
    def call_site(self) -> str:
        """A text that no other call has: it names what differs at each call, such as `uuid()`."""

    def evaluate_template(self, text: str, variables: Mapping[str, Value], function: str) -> Value:
        """Return what a template makes of variables; raise EvaluationError if it is wrong.

        `function` is the one that asks, `templatefile` or `templatestring`: the template cannot call either, and
        that of `templatestring` cannot read files.
        """


Implementation = Callable[["Sequence[Value]", CallContext], Value]


@dataclass(frozen=True)
class Parameter:
    """A parameter: which values it takes.

    allow_unknown   the function itself deals with a value that is unknown, or (`partial`) whose members are
    partial         it also deals with members that are unknown; the value itself is known
    allow_marked    it deals with marks, which are otherwise taken off and put on the result
    """

    name: str
    type: Type = DYNAMIC
    allow_null: bool = False
    allow_unknown: bool = False
    partial: bool = False
    allow_marked: bool = False


@dataclass(frozen=True)
class Function:
    """A function of Terraform; `result` is the type of a result that is not known.

    If it is `one_way`, nobody can tell the arguments from the result: a hash.
    """

    name: str
    parameters: tuple[Parameter, ...]
    implementation: Implementation
    result: Type = DYNAMIC
    variadic: Parameter | None = None
    not_null: bool = True
    one_way: bool = False
    result_for: Callable[[Sequence[Value]], Type] | None = None


def call_function(function: Function, arguments: Sequence[Value], context: CallContext) -> Value:
    """Return what a function makes of its arguments; raise EvaluationError if Terraform would refuse them.

    A result that cannot be told (unknown arguments, a limit, a file that nobody has) is unknown and says why.
    """
    context.budget.spend(sum(argument.extent[0] for argument in arguments))
    prepared = [
        _prepare(function, parameter, argument)
        for parameter, argument in zip(_parameters(function, len(arguments)), arguments)
    ]
    marks = NO_MARKS.union(*[found for _, found in prepared])
    result = _call([value for value, _ in prepared], function, context).with_marks(marks)
    return forget_text_marks(result) if function.one_way else result


def _parameters(function: Function, given: int) -> list[Parameter]:
    wanted = list(function.parameters)
    if given < len(wanted):
        raise EvaluationError(f'Function "{function.name}" expects {len(wanted)} argument(s), got {given}.')
    if given > len(wanted):
        if function.variadic is None:
            raise EvaluationError(f'Function "{function.name}" expects only {len(wanted)} argument(s).')
        wanted.extend([function.variadic] * (given - len(wanted)))
    return wanted


def _prepare(function: Function, parameter: Parameter, argument: Value) -> tuple[Value, frozenset[Hashable]]:
    try:
        value = convert(argument, parameter.type)
    except EvaluationError as error:
        raise EvaluationError(f'{function.name}(): invalid value for "{parameter.name}" parameter: {error}.') from error
    if value.is_null and not parameter.allow_null:
        raise EvaluationError(
            f'{function.name}(): invalid value for "{parameter.name}" parameter: argument must not be null.'
        )
    if parameter.allow_marked:
        return value, NO_MARKS
    marks = all_marks(value)
    return (strip_marks(value), marks) if marks else (value, marks)


def _call(arguments: Sequence[Value], function: Function, context: CallContext) -> Value:
    for parameter, argument in zip(_parameters(function, len(arguments)), arguments):
        if not parameter.allow_unknown and not (argument.is_known if parameter.partial else is_wholly_known(argument)):
            return _call_unknown(arguments, function, context)
    try:
        result = function.implementation(arguments, context)
        content = result.content
        context.budget.check_extent(result.extent)
        context.budget.spend(len(content) if isinstance(content, str) else 40 * sum(1 for _ in iterate_values(result)))
    except EvaluationError as error:
        raise EvaluationError(f"{function.name}(): {error}") from error
    except (LimitError, UndecidedError, FileUnavailable) as error:
        marks = NO_MARKS.union(*map(all_marks, arguments))
        return unknown(
            _result_type(function, arguments),
            _name_call(function, arguments),
            f"{function.name}(): {error}",
            not_null=function.not_null,
            marks=marks | {EXCEEDED} if isinstance(error, LimitError) else marks,
        )
    return result


def _call_unknown(arguments: Sequence[Value], function: Function, context: CallContext) -> Value:
    def name() -> str:
        return _name_call(function, arguments)

    def again(combination: Sequence[Value]) -> Value:
        context.budget.spend(100)
        for parameter, argument in zip(_parameters(function, len(combination)), combination):
            if argument.is_null and not parameter.allow_null:
                raise EvaluationError(f'{function.name}(): "{parameter.name}" must not be null.')
        return _call(combination, function, context)

    result = spread(again, arguments, name, _result_type(function, arguments))
    if result is not None:
        return result
    return unknown_result(_result_type(function, arguments), name(), arguments, not_null=function.not_null)


def settle(arguments: Sequence[Value], function: Function, context: CallContext) -> Value:
    """Return the result of arguments with unknown parts, for a function that takes them but cannot say more."""
    return _call_unknown(arguments, function, context)


def _result_type(function: Function, arguments: Sequence[Value]) -> Type:
    return function.result if function.result_for is None else function.result_for(arguments)


def _name_call(function: Function, arguments: Sequence[Value]) -> str:
    return f"{function.name}({', '.join(map(canonical_text, arguments))})"


def as_integer(value: Value, what: str = "number") -> int:
    """Return a number that must be whole and fit into 64 bits; raise EvaluationError if it is not."""
    content: Number = value.content
    if content.denominator != 1 or not -LARGEST_INTEGER <= content <= LARGEST_INTEGER:
        raise EvaluationError(f"invalid {what}: value must be a whole number")
    return int(content)


def text_of(value: Value) -> str:
    """Return the text of a known string."""
    content: Any = value.content
    return str(content)
