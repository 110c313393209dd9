"""Graphs of Checkov's shape, as large as one likes, without Checkov building them."""

from rustworkx import PyDiGraph

ROOTS = 10
MODULES = 10
VIOLATING = 100


def cloudformation_graph(keys):
    """A graph with so many keys, in templates of a thousand: two a user, one by reference, one by literal name."""
    graph = PyDiGraph()
    for number in range(keys // 2):
        path = f"/nowhere/template{number // 500}.yaml"
        user = _add(graph, _declared("AWS::IAM::User", f"U{number}", path, {"UserName": f"user-{number}"}))
        off = {"Status": "Inactive"} if number % VIOLATING else {}
        key = _declared("AWS::IAM::AccessKey", f"A{number}", path, {"UserName": {"Ref": f"U{number}"}})
        graph.add_edge(_add(graph, key), user, {"label": "UserName"})
        _add(graph, _declared("AWS::IAM::AccessKey", f"B{number}", path, {"UserName": f"user-{number}", **off}))
    return graph


def crossplane_graph(keys):
    """A graph with so many keys: two a user, one by reference, one by literal name."""
    graph = PyDiGraph()
    for number in range(keys // 2):
        name = f"user-{number}"
        off = {"status": "Inactive"} if number % VIOLATING else {}
        _add(graph, _manifest("User", name, {}))
        _add(graph, _manifest("AccessKey", f"a-{number}", {"userRef": {"name": name}}))
        _add(graph, _manifest("AccessKey", f"b-{number}", {"user": name, **off}))
    return graph


def _declared(resource_type, logical_id, path, properties):
    block = f"{resource_type}.{logical_id}"
    vertex = _vertex("resource", block, path, None, **properties, resource_type=resource_type)
    return {**vertex, "config_": {**properties, "resource_type": resource_type}}


def _manifest(kind, name, parameters):
    block = f"{kind}.default.{name}"
    manifest = {
        "apiVersion": "iam.aws.upbound.io/v1beta1",
        "kind": kind,
        "metadata": {"name": name},
        "spec": {"forProvider": parameters},
    }
    return {
        **_vertex("resource", block, "/nowhere/keys.yaml", None, **manifest, resource_type=kind),
        "config_": manifest,
    }


def _add(graph, vertex):
    """Add a vertex as Checkov does: with its own index."""
    index = graph.num_nodes()
    return graph.add_node((index, vertex))


def _resource(resource_type, label, path, call, **attributes):
    block = f"{resource_type}.{label}"
    address = f"module.{call.name}.{block}" if call else block
    vertex = _vertex("resource", block, path, call, **attributes)
    return {**vertex, "resource_type": resource_type, "__address__": address, "__provider_address__": "aws.default"}


def _vertex(block_type, block, path, call, **attributes):
    return {
        "block_name_": block,
        "block_type_": block_type,
        "file_path_": path,
        "config_": {},
        "label_": f"BlockType.{block_type}: {block}",
        "id_": block,
        "source_": "Terraform",
        "source_module_object_": call,
        "foreach_attrs_": None,
        "__start_line__": 1,
        "__end_line__": 4,
        **attributes,
    }
