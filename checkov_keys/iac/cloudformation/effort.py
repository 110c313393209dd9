"""How much effort the values of one template may take: what Fn::Sub doubles thirty times has a billion letters."""

from __future__ import annotations

from checkov_keys.iac.cloudformation.functions import Items, Other, Reference, Value

TOO_MUCH = Other("a value that takes too much effort")
"""What takes too much effort to evaluate. It is not a text, so whoever asks for a user or a status is told."""

_MOST_STEPS_OF_A_TEMPLATE, _MOST_STEPS_OF_A_VALUE = 5_000_000, 500_000
_LETTERS_OF_A_STEP = 64


class TooMuchError(Exception):
    """The value takes more effort than any that a person writes."""


class Effort:
    """The steps that are left for the values of one template; one value takes no more than a small part of them."""

    def __init__(self) -> None:
        self._of_template = _MOST_STEPS_OF_A_TEMPLATE
        self._of_value = 0

    def begin(self) -> None:
        """Begin a value that is not part of another one."""
        self._of_value = min(_MOST_STEPS_OF_A_VALUE, self._of_template)

    def spend(self, steps: int) -> None:
        """Take steps; raise TooMuchError if too few are left."""
        self._of_value -= steps
        self._of_template -= steps
        if self._of_value < 0:
            raise TooMuchError


def measure(value: Value) -> int:
    """Return how many steps it takes to go through a value once; what is in a list has been gone through before."""
    if isinstance(value, Items):
        return 1 + len(value.values)
    if isinstance(value, Other):
        return 1
    parts = (part.spelling if isinstance(part, Reference) else part for part in value.parts)
    return 1 + len(value.parts) + sum(map(len, parts)) // _LETTERS_OF_A_STEP
