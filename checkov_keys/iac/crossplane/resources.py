"""Crossplane's managed resources, as Checkov's Kubernetes graph holds their manifests."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from checkov.common.graph.graph_builder.graph_components.attribute_names import CustomAttributes

if TYPE_CHECKING:
    from checkov_keys.iac.common.graph_view import Vertex

KEY_KIND = "AccessKey"
USER_KIND = "User"
_SERVICE = "iam."
_LINE_MARKS = ("__startline__", "__endline__")
# What names the object in AWS: https://docs.crossplane.io/latest/managed-resources/managed-resources/#annotations
_EXTERNAL_NAME = "crossplane.io/external-name"


@dataclass(frozen=True)
class Api:
    """How one API group spells the parameters of an access key, and whether its objects live in namespaces.

    The classic provider's status is `accessKeyStatus`; a manifest that says `status` there means the same.
    """

    user: str
    statuses: tuple[str, ...]
    namespaced: bool


# https://github.com/crossplane-contrib/provider-aws/blob/master/apis/iam/v1beta1/accesskey_types.go
# https://marketplace.upbound.io/providers/upbound/provider-aws-iam/latest/resources/iam.aws.upbound.io/AccessKey/v1beta1
APIS = {
    "iam.aws.crossplane.io": Api("userName", ("accessKeyStatus", "status"), namespaced=False),
    "iam.aws.m.crossplane.io": Api("userName", ("accessKeyStatus", "status"), namespaced=True),
    "iam.aws.upbound.io": Api("user", ("status",), namespaced=False),
    "iam.aws.m.upbound.io": Api("user", ("status",), namespaced=True),
}


class ObjectName(NamedTuple):
    """What tells one Kubernetes object from another of its kind; no namespace if the kind has none."""

    group: str
    namespace: str
    name: str

    def __str__(self) -> str:
        """Return it as people write it."""
        return "/".join(filter(None, self))


class ManagedResource:
    """One AccessKey or User of Crossplane, read from its manifest; anything malformed is treated as left out."""

    def __init__(self, vertex: Vertex, group: str) -> None:
        """Read what all managed resources share."""
        self.vertex = vertex
        self.api = APIS[group]
        # Checkov's own attributes take a list of one for its item; the manifest is kept as it was.
        manifest = vertex[CustomAttributes.CONFIG]
        self.metadata = to_mapping(manifest.get("metadata"))
        self.spec = to_mapping(manifest.get("spec"))
        namespace = to_text(self.metadata.get("namespace")) if self.api.namespaced else ""
        self.object = ObjectName(group, namespace, to_text(self.metadata.get("name")))

    @property
    def external_name(self) -> str:
        """Return its name in AWS, if the manifest says so: a user's name, or an access key's id."""
        annotations = self.metadata.get("annotations")
        if isinstance(annotations, list) and annotations:
            # Checkov wraps them when it looks for its own among them.
            annotations = annotations[0]
        return to_text(to_mapping(annotations).get(_EXTERNAL_NAME))

    @property
    def parameters(self) -> tuple[dict[str, Any], ...]:
        """Return the sections of parameters, the one that wins first.

        https://docs.crossplane.io/latest/managed-resources/managed-resources/#initprovider
        """
        return to_mapping(self.spec.get("forProvider")), to_mapping(self.spec.get("initProvider"))

    @property
    def account(self) -> str:
        """Return what identifies the AWS account: the provider configuration, in the scanned root.

        https://docs.crossplane.io/latest/managed-resources/managed-resources/#providerconfigref
        """
        reference = self.spec.get("providerConfigRef")
        provider = self.object.group[len(_SERVICE) :]
        if reference is not None and not isinstance(reference, dict):
            return f"{provider} {reference!r}"
        name = to_mapping(reference).get("name") or "default"
        # Beside it, namespaces have ClusterProviderConfig, which is the default and lives in none.
        local = self.api.namespaced and to_mapping(reference).get("kind") == "ProviderConfig"
        return f"{provider} {self.object.namespace}/{name}" if local else f"{provider} {name}"

    @cached_property
    def labels(self) -> frozenset[tuple[str, str]]:
        """Return the labels as pairs that a selector's can be compared with."""
        return pair_labels(to_mapping(self.metadata.get("labels")))

    @property
    def controller(self) -> str:
        """Return the object that made this one, "" if none did.

        https://kubernetes.io/docs/concepts/overview/working-with-objects/owners-dependents/
        """
        owners = self.metadata.get("ownerReferences")
        for owner in owners if isinstance(owners, list) else ():
            if to_mapping(owner).get("controller") is True:
                return " ".join(repr(owner.get(field)) for field in ("apiVersion", "kind", "name", "uid"))
        return ""


def read_resource(vertex: Vertex) -> ManagedResource | None:
    """Return a vertex as an AccessKey or User of Crossplane; None if it is neither."""
    if vertex.get(CustomAttributes.RESOURCE_TYPE) not in (KEY_KIND, USER_KIND):
        return None
    group = parse_group(vertex[CustomAttributes.CONFIG].get("apiVersion"))
    return ManagedResource(vertex, group) if group in APIS else None


def parse_group(version: object) -> str:
    """Return the group of an `apiVersion`: `iam.aws.upbound.io` of `iam.aws.upbound.io/v1beta1`."""
    return to_text(version).rpartition("/")[0]


def pair_labels(labels: dict[str, Any]) -> frozenset[tuple[str, str]]:
    """Return labels, or a selector's `matchLabels`, as pairs."""
    return frozenset((str(key), repr(value)) for key, value in labels.items() if key not in _LINE_MARKS)


def to_mapping(value: object) -> dict[str, Any]:
    """Return a mapping as it is, anything else as an empty one."""
    return value if isinstance(value, dict) else {}


def to_text(value: object) -> str:
    """Return a string as it is, anything else as an empty one."""
    return value if isinstance(value, str) else ""
