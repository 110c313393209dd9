"""Vertices as nobody would write them: the check does not break, and judges every other key as before."""

import logging

import pytest
from rustworkx import PyDiGraph

from checkov_keys.domain.rules.one_active_key import ONE_ACTIVE_KEY_IN_TEMPLATES
from checkov_keys.iac.common.frameworks import FRAMEWORKS
from checkov_keys.iac.host.graph_check import AccessKeyGraphCheck
from checkov_keys.iac.host.runners import reader_of

READERS = {type(reader): reader for reader in map(reader_of, FRAMEWORKS)}.values()
MISSING = object()
ODD = {
    "missing": MISSING,
    "null": None,
    "a number": 7,
    "true": True,
    "a list": ["x", {"y": None}],
    "a dict": {"x": [None], "__startline__": 1},
    "a long name": "a" * 10_000,
    "null bytes": "\0",
    "a broken expression": "${aws_iam_user.u[",
    "nested deep": "(" * 500 + ")" * 500,
    "a lone brace": "}",
}
ATTRIBUTES = (
    "block_name_",
    "block_type_",
    "file_path_",
    "resource_type",
    "__address__",
    "source_module_object_",
    "user",
    "status",
    "name",
    "provider",
    "count",
    "for_each",
    "default",
    "value",
    "providers",
    "UserName",
    "Status",
    "Condition",
    "metadata",
    "spec",
    "kind",
    "apiVersion",
    "user_name",
    "state",
    "active",
    "loop",
)


def vertex(block_type, block, **attributes):
    """A vertex as Checkov makes it."""
    return {
        "block_type_": block_type,
        "block_name_": block,
        "file_path_": "/nowhere/main.tf",
        "__address__": block,
        "config_": {},
        "source_module_object_": None,
        **attributes,
    }


def good(name, path):
    """One of two active keys of one user, in a file."""
    block = f"aws_iam_access_key.{name}"
    return vertex("resource", block, resource_type="aws_iam_access_key", user="u", file_path_=str(path))


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("reader", READERS, ids=lambda reader: type(reader).__name__)
def test_odd_vertices(reader, odd, caplog, tmp_path):
    """Whatever an attribute of a key, a user, a provider, a module, a variable holds, nothing breaks."""
    graph = PyDiGraph()
    for attribute in ATTRIBUTES:
        blocks = [
            vertex("resource", "aws_iam_user.u", resource_type="aws_iam_user", name="u"),
            vertex("provider", "aws.default"),
            vertex("module", "m"),
            vertex("variable", "v", default="x"),
            vertex("data", "aws_iam_user.d"),
            vertex("output", "o", value="x"),
            *(vertex("resource", f"{kind}.k", resource_type=kind, user="x") for kind in reader.key_types),
        ]
        for block in blocks:
            changed = {**block, attribute: ODD[odd]}
            if ODD[odd] is MISSING:
                del changed[attribute]
            # Terraform's own objects stand there; Checkov makes nothing else of them.
            if attribute != "source_module_object_" or ODD[odd] in (MISSING, None):
                index = graph.num_nodes()
                graph.add_node((index, changed))
    path = tmp_path / "main.tf"
    path.write_text("".join(f'resource "aws_iam_access_key" "fail_{name}" {{ user = "u" }}\n' for name in "ab"))
    keys = [good("fail_a", path), good("fail_b", path)]
    for key in keys:
        graph.add_node((graph.num_nodes(), key))
    with caplog.at_level(logging.WARNING):
        _, failed, _ = AccessKeyGraphCheck(ONE_ACTIVE_KEY_IN_TEMPLATES, reader).run(graph)
    assert not [record for record in caplog.records if record.exc_info]
    if reader.framework == "terraform":
        names = {str(found.get("block_name_")) for found in failed}
        assert {"aws_iam_access_key.fail_a", "aws_iam_access_key.fail_b"} <= names


def test_a_key_that_only_the_graph_knows(caplog):
    """A key whose file is not there is named, and neither passes nor fails: nothing is taken from Checkov's graph."""
    graph = PyDiGraph()
    for index, name in enumerate(("a", "b")):
        graph.add_node((index, good(name, "/nowhere/main.tf")))
    reader = next(reader for reader in READERS if reader.framework == "terraform")
    assert ([], [], []) == AccessKeyGraphCheck(ONE_ACTIVE_KEY_IN_TEMPLATES, reader).run(graph)
    said = [record.getMessage() for record in caplog.records]
    assert all("/nowhere/main.tf" in message for message in said)
    assert ["aws_iam_access_key.a", "aws_iam_access_key.b"] == [message.split(":")[0].split()[-1] for message in said]
