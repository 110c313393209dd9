"""Crossplane resources in Kubernetes manifests → users and keys."""
