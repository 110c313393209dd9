"""An expression with what it is evaluated in."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.iac.terraform.repetition import SINGLE

if TYPE_CHECKING:
    from checkov_keys.iac.hcl.blocks import Attribute
    from checkov_keys.iac.terraform.module_instance import ModuleInstance
    from checkov_keys.iac.terraform.repetition import Instance

# The instance of a block without count and for_each.
ALONE = SINGLE.instances[0]


class Argument(NamedTuple):
    """An expression with what it is evaluated in; `owner` is None for a file of values, in which nothing is named."""

    owner: ModuleInstance | None
    attribute: Attribute
    instance: Instance
