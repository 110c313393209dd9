"""Files of other tools that call Terraform modules, told by their names: Terragrunt and Terraform stacks."""

from __future__ import annotations

STACKS = (".tfcomponent.hcl", ".tfstack.hcl")
_UNITS = ("terragrunt.hcl", "terragrunt.stack.hcl", "terragrunt.hcl.json")


def is_foreign_caller(name: str) -> bool:
    """Tell whether a file of this name is Terragrunt's, or a part of a Terraform stack."""
    return name.endswith(STACKS) or name in _UNITS
