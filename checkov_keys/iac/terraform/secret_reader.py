"""Terraform HCL, Terraform JSON and plans → where the secrets of access keys are in plain sight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkov_keys.iac.terraform.planned_exposures import find_planned_exposures
from checkov_keys.iac.terraform.resource_types import KEY_TYPES

if TYPE_CHECKING:
    from checkov_keys.iac.common.exposed_secrets import DeclaredExposure
    from checkov_keys.iac.common.graph_view import GraphView


class TerraformSecretReader:
    """Follows the secrets of access keys for Checkov's Terraform, Terraform JSON and plan runners."""

    framework = "terraform"
    key_types: tuple[str, ...] = KEY_TYPES

    def find_exposures(self, graph: GraphView) -> tuple[DeclaredExposure, ...]:
        """Return every place in configurations and plans where the secret of a key is in plain sight."""
        return tuple(find_planned_exposures(graph.notes.get("plans", ()), ()))
