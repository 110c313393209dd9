"""What a named value needs, told by its expression alone, so that long chains are evaluated without recursion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkov_keys.iac.hcl.errors import EvaluationError
from checkov_keys.iac.hcl.nodes import Member, Name
from checkov_keys.iac.hcl.references import references
from checkov_keys.iac.hcl.tokens import SyntaxProblem
from checkov_keys.iac.terraform.calls import CallSpace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checkov_keys.iac.hcl.blocks import Attribute
    from checkov_keys.iac.terraform.module_instance import ModuleInstance

# A named value: the module instance, and "var", "local" or "output" with the name.
Named = tuple["ModuleInstance", tuple[str, str]]
