"""Which access keys a state of Terraform or OpenTofu manages; what cannot be read is one line without secrets."""

import json
import os

import pytest

from checkov_keys.domain.errors import UsageError
from checkov_keys.domain.templates import ManagedKey
from checkov_keys.iac.terraform.state import managed_keys_of, read_state

HIDDEN = "very-secret"
KEY = "AKIAIOSFODNN7EXAMPLE"
PULL = "terraform state pull > FILE"
WRITE = f"write it with {PULL}"


def instance(key=KEY, **more):
    return {"schema_version": 0, "attributes": {"id": key, "secret": HIDDEN, "status": "Inactive"}, **more}


def resource(*instances, **more):
    names = {"mode": "managed", "type": "aws_iam_access_key", "name": "k", "provider": "p"}
    return {**names, "instances": list(instances), **more}


def version_4(*resources, **more):
    outputs = {"secret": {"value": HIDDEN, "type": "string"}}
    head = {"version": 4, "terraform_version": "1.9.0", "serial": 3, "lineage": "a-b", "outputs": outputs}
    return {**head, "resources": list(resources), "check_results": None, **more}


def shown_resource(key=KEY, **more):
    names = {"address": "aws_iam_access_key.k", "mode": "managed", "type": "aws_iam_access_key", "name": "k"}
    return {**names, "values": {"id": key, "secret": HIDDEN}, **more}


def module(*resources, children=(), address=None):
    """A module as `terraform show -json` writes it: what is empty is left out."""
    fields = {"resources": list(resources), "child_modules": list(children), "address": address}
    return {name: value for name, value in fields.items() if value}


def shown(root, **more):
    return {"format_version": "1.0", "terraform_version": "1.9.0", "values": {"root_module": root}, **more}


def plan(**more):
    return {"format_version": "1.2", "planned_values": {"root_module": {}}, "configuration": {}, **more}


def read(document):
    return managed_keys_of(json.dumps(document).encode(), "prod.tfstate")


DATA = {"mode": "data", "type": "aws_iam_access_key"}
SILENT = {
    "version 4 without resources": version_4(),
    "a block without instances": version_4(resource()),
    "other resources": version_4(resource(instance(), type="aws_iam_user")),
    "a data source of the same name": version_4(resource(instance(), **DATA)),
    "a data source without an id": version_4(resource(instance(None), **DATA)),
    "show: no state at all": {"format_version": "1.0"},
    "show: a state that manages nothing": {"format_version": "1.0", "terraform_version": "1.9.0", "checks": []},
    "show: outputs alone": shown(module()),
    "show: other resources": shown(module(shown_resource(type="aws_iam_user"))),
    "show: a data source": shown(module(shown_resource(mode="data"))),
    "plan: nothing exists yet": plan(resource_changes=[]),
    "plan: planned keys do not exist": plan(planned_values={"root_module": module(shown_resource())}),
    "plan: a prior state that manages nothing": plan(prior_state={"format_version": "1.0"}),
}


@pytest.mark.parametrize("document", SILENT.values(), ids=SILENT)
def test_a_state_without_keys_manages_none(document):
    """A state without access keys, or with data sources only, manages no key."""
    assert () == read(document)


ADDRESSES = {
    "a block": ["aws_iam_access_key.k", "", None],
    "count": ["aws_iam_access_key.k[0]", "", 0],
    "for_each": ['aws_iam_access_key.k["john.doe"]', "", "john.doe"],
    "an empty key": ['aws_iam_access_key.k[""]', "", ""],
    "a number as a text": ['aws_iam_access_key.k["0"]', "", "0"],
    "a module": ["module.a.aws_iam_access_key.k", "module.a", None],
    "nested modules with instances": [
        'module.a["x"].module.b[1].aws_iam_access_key.k[2]',
        'module.a["x"].module.b[1]',
        2,
    ],
    "quotes and backslashes": [r'aws_iam_access_key.k["a\"b\\c"]', "", r'a"b\c'],
    "white space": [r'aws_iam_access_key.k["a\n\r\tb"]', "", "a\n\r\tb"],
    "templates": ['aws_iam_access_key.k["$${a}%%{b}$c%"]', "", "${a}%{b}$c%"],
    "letters beyond ASCII": ['aws_iam_access_key.k["Jürgen"]', "", "Jürgen"],
    "what cannot be seen": [r'aws_iam_access_key.k["\u001b\u200b\U000e0041"]', "", "\x1b\u200b\U000e0041"],
}


@pytest.mark.parametrize(("address", "place", "index"), ADDRESSES.values(), ids=ADDRESSES)
def test_addresses_are_spelt_as_terraform_spells_them(address, place, index):
    """In every form of a state, also where an old release left module and index out of `address`."""
    expected = (ManagedKey(KEY, "Terraform", address, "prod.tfstate"),)
    indexed = {} if index is None else {"index_key": index}
    assert expected == read(version_4(resource(instance(**indexed), **({"module": place} if place else {}))))
    held = shown_resource(**({} if index is None else {"index": index}))
    child = module(held, address=place)
    root = module(children=[module(children=[child], address="module.a")]) if place else module(held)
    assert expected == read(shown(root))
    assert expected == read(plan(prior_state=shown(root)))


def test_every_instance_and_deposed_object_is_managed():
    """A deposed object waits to be destroyed, and is Terraform's until then; a tainted one likewise."""
    state = version_4(
        resource(instance("AKIA1", index_key=0), instance("AKIA2", index_key=1, status="tainted")),
        resource(instance("AKIA3", deposed="3ee43b75"), instance("AKIA4"), name="l", module="module.a"),
    )
    assert [
        ("AKIA1", "aws_iam_access_key.k[0]"),
        ("AKIA2", "aws_iam_access_key.k[1]"),
        ("AKIA3", "module.a.aws_iam_access_key.l (deposed object 3ee43b75)"),
        ("AKIA4", "module.a.aws_iam_access_key.l"),
    ] == [(key.key, key.address) for key in read(state)]
    (deposed,) = read(shown(module(shown_resource(deposed_key="3ee43b75"))))
    assert "aws_iam_access_key.k (deposed object 3ee43b75)" == deposed.address


def test_a_state_that_was_upgraded_has_flat_attributes_until_its_first_refresh():
    """Keys are also found in the flat attributes of a state that has just been upgraded."""
    (key,) = read(version_4(resource({"attributes_flat": {"id": KEY, "secret": HIDDEN}})))
    assert KEY == key.key


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings_of_redirected_output_are_read(tmp_path, encoding):
    r"""Windows PowerShell writes UTF-16 with a byte order mark, and ends lines with \r\n."""
    text = json.dumps(version_4(resource(instance(index_key="Jürgen"))), indent=2, ensure_ascii=False)
    path = tmp_path / "prod.tfstate"
    path.write_bytes(text.replace("\n", "\r\n").encode(encoding))
    assert (ManagedKey(KEY, "Terraform", 'aws_iam_access_key.k["Jürgen"]', str(path)),) == read_state(str(path))


def test_a_state_from_a_pipe_is_read():
    """`--state <(terraform state pull)` leaves no secret on a disk."""
    out, into = os.pipe()
    os.write(into, json.dumps(version_4(resource(instance()))).encode())
    os.close(into)
    try:
        assert [KEY] == [key.key for key in read_state(f"/dev/fd/{out}")]
    finally:
        os.close(out)


BACKEND = {"version": 3, "serial": 1, "lineage": "a", "backend": {"type": "s3", "config": {"secret_key": HIDDEN}}}
BROKEN_DOCUMENTS = {
    "null": (["JSON, but not a state", WRITE], None),
    "a list": (["JSON, but not a state", WRITE], [version_4()]),
    "a text": (["JSON, but not a state"], HIDDEN),
    "an object": (["JSON, but not a state"], {"secret": HIDDEN}),
    "a package.json": (["JSON, but not a state"], {"version": "4", "secret": HIDDEN}),
    "version true": (["JSON, but not a state"], version_4(version=True)),
    "version null": (["JSON, but not a state"], version_4(version=None)),
    "a validation": (["JSON, but not a state"], {"format_version": "1.0", "valid": True, "diagnostics": [HIDDEN]}),
    "version 3": (["a version before 4", f"Terraform 0.12 or newer, {PULL}"], {"version": 3, "modules": [HIDDEN]}),
    "version 1": (["a version before 4", PULL], {"version": 1, "resources": {}}),
    "version 5": (["a version after 4", "terraform show -json > FILE"], version_4(version=5)),
    "the settings of a backend": (["says only where the state is kept", PULL], BACKEND),
    "the settings of a backend, upgraded": (["says only where the state is kept"], {**BACKEND, "modules": []}),
    "encrypted by OpenTofu": (
        ["encrypted by OpenTofu", "tofu state pull > FILE"],
        {"serial": 1, "lineage": "a", "meta": {}, "encrypted_data": HIDDEN, "encryption_version": "v0"},
    ),
    "no resources": (["resources of the state"], {"version": 4, "outputs": {}}),
    "resources null": (["resources of the state"], version_4(resources=None)),
    "a resource that is a text": (["resources of the state"], version_4(HIDDEN)),
    "a resource without a type": (["the type of a resource"], version_4(resource(type=None))),
    "a key without a name": (["the name of aws_iam_access_key"], version_4(resource(name=[HIDDEN]))),
    "a key of an unknown mode": (["the mode of an aws_iam_access_key"], version_4(resource(mode=HIDDEN))),
    "a module that is a list": (["the module of aws_iam_access_key"], version_4(resource(module=[HIDDEN]))),
    "instances that are an object": (["instances of aws_iam_access_key.k"], version_4(resource(instances={}))),
    "an instance that is a text": (["instances of aws_iam_access_key.k"], version_4(resource(HIDDEN))),
    "an index that is true": (["the index of", "aws_iam_access_key.k"], version_4(resource(instance(index_key=True)))),
    "an index that is a list": (["the index of"], version_4(resource(instance(index_key=[HIDDEN])))),
    "an index that is a fraction": (["the index of"], version_4(resource(instance(index_key=0.5)))),
    "a deposed key that is true": (["the deposed of"], version_4(resource(instance(deposed=True)))),
    "a key without an id": (
        ["aws_iam_access_key.k[0] has no id", "terraform apply -refresh-only"],
        version_4(resource(instance("AKIA1"), instance(None, index_key=0))),
    ),
    "a name in two lines": ([r"aws_iam_access_key.a\u000ab has no id"], version_4(resource(instance(""), name="a\nb"))),
    "a key whose id is empty": (["aws_iam_access_key.k has no id"], version_4(resource(instance("")))),
    "a key whose id is a list": (["aws_iam_access_key.k has no id"], version_4(resource(instance([HIDDEN])))),
    "a key without attributes": (["has no id"], version_4(resource({"attributes": None}))),
    "attributes that are a text": (["has no id"], version_4(resource({"attributes": HIDDEN}))),
    "show: a format of later": (["format that is not supported", WRITE], shown(module(), format_version="2.0")),
    "show: a format that is a list": (["format that is not supported"], shown(module(), format_version=[HIDDEN])),
    "show: values null": (["JSON, but not a state"], {"format_version": "1.0", "values": None}),
    "show: no root module": (["the root module"], {"format_version": "1.0", "values": {"outputs": {}}}),
    "show: resources null": (["resources of the root module"], shown({"resources": None})),
    "show: a child that is a text": (["child_modules of the root module"], shown({"child_modules": [HIDDEN]})),
    "show: a key of a child without an id": (
        ["module.a.aws_iam_access_key.k has no id"],
        shown(module(children=[module(shown_resource(None), address="module.a")])),
    ),
    "show: a key without values": (["has no id"], shown(module(shown_resource(values=None)))),
    "plan: a prior state that is null": (["the prior state"], plan(prior_state=None)),
    "plan: a prior state that is something else": (["not a state"], plan(prior_state={"secret": HIDDEN})),
}


@pytest.mark.parametrize(("parts", "document"), BROKEN_DOCUMENTS.values(), ids=BROKEN_DOCUMENTS)
def test_a_document_that_is_no_state_is_an_error(parts, document):
    """One line with the file and what to do; one key without an id costs the whole state."""
    with pytest.raises(UsageError) as raised:
        read(document)
    assert_readable(str(raised.value), "state prod.tfstate: ", *parts)


TEXT = json.dumps(version_4(resource(instance())), indent=2)
BROKEN_CONTENTS = {
    "empty": (["is empty", WRITE], b""),
    "white space": (["is empty"], b" \r\n"),
    "a byte order mark alone": (["not JSON, or ends early, at line 1, column 1"], b"\xef\xbb\xbf"),
    "cut in a text": (["not JSON, or ends early, at line", WRITE], TEXT[: TEXT.index(HIDDEN) + 4].encode()),
    "cut between two fields": (["ends early, at line 8"], "\n".join(TEXT.splitlines()[:8]).encode()),
    "an error message": (["not JSON", WRITE], f"Error: {HIDDEN}".encode()),
    "HCL": (["not JSON"], b'resource "aws_iam_access_key" "k" {}'),
    "JSON a line, as plan -json writes": (["not JSON"], f'{{"a": 1}}\n{{"b": "{HIDDEN}"}}\n'.encode()),
    "a binary plan": (["not text in UTF-8 or UTF-16", "terraform show -json PLAN"], b"PK\x03\x04\x14\x00\x08\xff\xfe"),
    "Latin-1": (["not text in UTF-8"], json.dumps({"a": "ü"}, ensure_ascii=False).encode("latin-1")),
    "half a character of UTF-16": (["not text in UTF-8 or UTF-16"], TEXT.encode("utf-16")[:-1]),
    "lists without end": (["JSON that does not belong in a state"], b"[" * 200_000),
    "a number without end": (["JSON that does not belong in a state"], b'{"version": ' + b"4" * 10_000 + b"}"),
}


@pytest.mark.parametrize(("parts", "content"), BROKEN_CONTENTS.values(), ids=BROKEN_CONTENTS)
def test_a_file_that_is_no_json_is_an_error(tmp_path, parts, content):
    """A file that is not JSON is an error in one line that shows none of its content."""
    path = tmp_path / "prod.tfstate"
    path.write_bytes(content)
    with pytest.raises(UsageError) as raised:
        read_state(str(path))
    assert_readable(str(raised.value), f"state {path}: ", *parts)


@pytest.mark.parametrize(
    ("reason", "name"),
    [("No such file or directory", "nope"), ("Is a directory", ""), ("File name too long", "x" * 300)],
)
def test_a_file_that_cannot_be_read_is_an_error(tmp_path, reason, name):
    """A file that cannot be read is an error that names the file and the system's reason."""
    with pytest.raises(UsageError) as raised:
        read_state(str(tmp_path / name))
    assert f"state {tmp_path / name}: cannot be read: {reason}" == str(raised.value)


def assert_readable(message, *parts):
    assert [] == [part for part in parts if part not in message], message
    assert message.isprintable()
    assert HIDDEN not in message
    assert HIDDEN[:4] not in message
