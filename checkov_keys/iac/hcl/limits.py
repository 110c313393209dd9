"""The bounds on what one expression may cost, in one place: no text that anybody writes may stop or fill a machine."""

from __future__ import annotations

from checkov_keys.iac.hcl.errors import LimitError

DEEPEST_NESTING = 200
"""How many brackets, templates and operands of `?` may be in each other; deeper is a SyntaxProblem."""

DEEPEST_EVALUATION = 180
"""How many nodes may be in each other while they are evaluated (two frames of Python's stack each)."""

MOST_TOKENS = 400_000
"""How many tokens one expression may have."""

LARGEST_BUDGET = 3_000_000
"""What one evaluation may spend: about a second, and less than 100 MB."""

STEP_COST = 16
"""What evaluating one node spends; a character of a text that is built spends 1."""

MEMBER_COST = 40
"""What one member of a collection that is built spends."""

LARGEST_EXTENT = 300_000
"""How long a walk through one value may be. Lists of lists double with every local, and take no memory for it."""

DEEPEST_VALUE = 250
"""How deep a value may nest, which locals can have it do together."""

EXCEEDED = "a limit is exceeded"
"""The mark of a value that is unknown because of a limit, and of what is made from it: Terraform would know it."""


class Budget:
    """Counts what one top-level evaluation spends, and how deep it is.

    Share one budget between the expressions that are evaluated because of each other (a local that a local needs).
    """

    __slots__ = ("depth", "left")

    def __init__(self, units: int = LARGEST_BUDGET) -> None:
        self.left = units
        self.depth = 0

    def spend(self, units: int) -> None:
        """Take units off; raise LimitError once there are none left."""
        self.left -= units
        if self.left < 0:
            raise LimitError("evaluating this takes too much time or memory")

    def spend_members(self, count: int) -> None:
        """Take off what a collection of this many members costs; raise LimitError once nothing is left."""
        self.spend(count * MEMBER_COST)

    def check_extent(self, extent: tuple[int, int]) -> None:
        """Raise LimitError if a value of this extent is too long or too deep to walk through."""
        if extent[0] > LARGEST_EXTENT or extent[1] > DEEPEST_VALUE:
            raise LimitError("the value has too many parts, or nests too deep")

    def enter(self) -> None:
        """Go one node deeper; raise LimitError if that is too deep. Call `leave` afterwards."""
        self.depth += 1
        self.left -= STEP_COST
        if self.depth > DEEPEST_EVALUATION:
            raise LimitError("the expression nests too deep")
        if self.left < 0:
            raise LimitError("evaluating this takes too much time or memory")

    def leave(self) -> None:
        """Come back from a node that `enter` went into."""
        self.depth -= 1
