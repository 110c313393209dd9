"""Which of Checkov's runners ask the registry of Crossplane's reader."""

import pytest
from checkov.common.checks_infra.registry import get_graph_checks_registry
from checkov.helm.runner import K8sHelmRunner
from checkov.kubernetes.runner import Runner as KubernetesRunner
from checkov.kustomize.runner import K8sKustomizeRunner


@pytest.mark.parametrize("runner", [KubernetesRunner, K8sHelmRunner, K8sKustomizeRunner])
def test_registry(runner):
    """Helm and Kustomize render manifests and judge them as Kubernetes does, without binaries to ask here."""
    assert get_graph_checks_registry("kubernetes") is runner().graph_registry
