"""Graphs of Checkov's shape, as large as one likes, without Checkov building them."""

import itertools

from checkov.terraform.modules.module_objects import TFModule
from rustworkx import PyDiGraph

ROOTS = 10
MODULES = 10
VIOLATING = 100


def terraform_graph(keys):
    """A graph with so many keys: two a user, one of them inactive but for every hundredth user.

    Half of the users are named by a reference, half by a literal; they live in ten root modules with two provider
    configurations each, every second one in a module instance.
    """
    graph = PyDiGraph()
    for root in range(ROOTS):
        main = f"/nowhere/root{root}/main.tf"
        for alias in ("default", "prod"):
            attributes = {"region": "eu-west-1"} if alias == "default" else {"alias": "prod", "profile": "prod"}
            _add(graph, _vertex("provider", f"aws.{alias}", main, None, **attributes))
        for module in range(MODULES):
            _add(graph, _vertex("module", f"m{module}", main, None, source="./m", providers={"aws": "aws.prod"}))
    calls = {
        (root, module): TFModule(path=f"/nowhere/root{root}/main.tf", name=f"m{module}")
        for root, module in itertools.product(range(ROOTS), range(MODULES))
    }
    for number in range(keys // 2):
        root, module = number % ROOTS, number // ROOTS % MODULES
        call = calls[root, module] if number % 4 > 1 else None
        path = f"/nowhere/root{root}/{'m/' if call else ''}main.tf"
        name = f"user-{number}"
        user = _add(graph, _resource("aws_iam_user", f"u{number}", path, call, name=name, tags={"team": "x"}))
        for which in ("a", "b"):
            status = "Inactive" if which == "b" and number % VIOLATING else "Active"
            attributes = {"user": name, "status": status}
            key = _add(graph, _resource("aws_iam_access_key", f"{which}{number}", path, call, **attributes))
            if number % 2:
                graph.add_edge(key, user, {"label": "user"})
    return graph


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
