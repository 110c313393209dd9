"""Crossplane's manifests → declared access keys.

https://marketplace.upbound.io/providers/upbound/provider-aws-iam/latest/resources/iam.aws.upbound.io/AccessKey/v1beta1
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from checkov.common.graph.graph_builder.graph_components.attribute_names import CustomAttributes

from checkov_keys.domain.users import AccessKey, KeyStatus, Unjudged, status_named
from checkov_keys.iac.common.reading import DeclaredKey, Reading, UserIdentity
from checkov_keys.iac.crossplane.compositions import find_unjudged_compositions
from checkov_keys.iac.crossplane.resources import KEY_KIND, USER_KIND, ManagedResource, ObjectName, read_resource
from checkov_keys.iac.crossplane.users import UserResolver, declare_user

if TYPE_CHECKING:
    from checkov_keys.iac.common.graph_view import GraphView

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
_KEY_ID = re.compile(r"AKIA[A-Z0-9]{12,124}")


class CrossplaneReader:
    """Reads AccessKey of Crossplane's AWS providers out of the graph of Checkov's Kubernetes runner.

    The Helm and Kustomize runners render manifests into such a graph too.
    """

    framework = "kubernetes"
    key_types: tuple[str, ...] = (KEY_KIND,)
    status_attribute = "spec.forProvider.status"

    def read(self, graph: GraphView, *, with_users: bool = False) -> Reading:
        """Return the keys of every manifest in the graph, and with `with_users` the users."""
        resources: dict[str, list[ManagedResource]] = {KEY_KIND: [], USER_KIND: []}
        for vertex in graph.vertices():
            resource = read_resource(vertex)
            if resource:
                resources[vertex[CustomAttributes.RESOURCE_TYPE]].append(resource)
        resolver = UserResolver(resources[USER_KIND])
        keys: list[DeclaredKey] = []
        unjudged = list(find_unjudged_compositions(graph.vertices()))
        counted: set[tuple[UserIdentity, ObjectName | str, KeyStatus]] = set()
        for resource in resources[KEY_KIND]:
            user = resolver.identify(resource)
            if user is None:
                unjudged.append(_report_missing_user(resource))
                continue
            key = AccessKey(_get_address(resource), _read_status(resource))
            # A manifest that is in a base and in an overlay, or in two folders, makes one object and one key.
            same = (user, _identify_key(resource), key.status)
            keys.append(DeclaredKey(user, key, resource.vertex, copies=int(same not in counted)))
            counted.add(same)
        users = (declare_user(user) for user in resources[USER_KIND]) if with_users else ()
        return Reading(tuple(keys), tuple(unjudged), tuple(user for user in users if user))


def _read_status(key: ManagedResource) -> KeyStatus:
    said = (section.get(name) for section in key.parameters for name in key.api.statuses)
    return status_named(next((status for status in said if status is not None), None))


def _identify_key(key: ManagedResource) -> ObjectName | str:
    """Return which key a manifest makes: that of its object, or one that AWS already has."""
    return key.external_name if _KEY_ID.fullmatch(key.external_name) else key.object


def _get_address(key: ManagedResource) -> str:
    return str(key.vertex[CustomAttributes.ID])


def _report_missing_user(key: ManagedResource) -> Unjudged:
    return Unjudged(
        _get_address(key), f"it names no user that can be read, in {key.vertex[CustomAttributes.FILE_PATH]}"
    )
