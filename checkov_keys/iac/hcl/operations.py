"""Everything that expressions do with values but calling functions: the front of the modules that do it."""

from __future__ import annotations

from checkov_keys.iac.hcl.access import get_attribute, index_value
from checkov_keys.iac.hcl.conditionals import Arm, choose, compare_same, concatenate
from checkov_keys.iac.hcl.equality import compare_equal
from checkov_keys.iac.hcl.operators import apply_binary, apply_unary
from checkov_keys.iac.hcl.values import is_certainly_not_null

__all__ = [
    "Arm",
    "apply_binary",
    "apply_unary",
    "choose",
    "compare_equal",
    "compare_same",
    "concatenate",
    "get_attribute",
    "index_value",
    "is_certainly_not_null",
]
