"""The names of Checkov's frameworks (`--framework`) in which access keys are declared."""

from __future__ import annotations

# In the order of Checkov's own list of runners. Helm and Kustomize are left out unless asked for: their runners start
# programs that may use the network.
FRAMEWORKS: tuple[str, ...] = (
    "terraform",
    "cloudformation",
    "kubernetes",
    "serverless",
    "terraform_plan",
    "ansible",
    "terraform_json",
)
