"""What holds for every template: the same keys, however they are spelt and arranged, get the same verdicts."""

import json
import tempfile
import traceback
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

ACTIVE = (None, "null", '"Active"', "var.on")
INACTIVE = ('"Inactive"', '"Expired"', "var.off")
TERRAFORM_USERS = (
    '"user-{0}"',
    '"USER-{0}"',
    "aws_iam_user.u{0}.name",
    "aws_iam_user.u{0}.id",
    '"${{aws_iam_user.u{0}.name}}"',
    "local.u{0}",
    "var.u{0}",
    'var.yes ? "user-{0}" : "nobody"',
    "one(aws_iam_user.u{0}[*].name)",
    'local.map["u{0}"]',
    "module.outer.u{0}",
)
CLOUDFORMATION_USERS = (
    "user-{0}",
    "USER-{0}",
    {"Ref": "U{0}"},
    {"Fn::Sub": "${{U{0}}}"},
    {"Fn::Sub": "user-{0}"},
    {"Ref": "P{0}"},
    {"Fn::Join": ["-", ["user", "{0}"]]},
)
USERS = range(3)

# A key: whose it is, whether it is active, and how both are spelt.
KEYS = st.tuples(st.sampled_from(USERS), st.booleans(), st.integers(0, 1000), st.integers(0, 1000))
PROPERTY = settings(
    max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def terraform(keys, order, files):
    """The keys as Terraform, in an order, spread over some files, with everything that a spelling may need."""
    blocks = ['module "outer" { source = "./outer" }']
    blocks += [f'variable "{name}" {{ default = {value} }}' for name, value in _VARIABLES.items()]
    blocks += [f'resource "aws_iam_user" "u{user}" {{ name = "user-{user}" }}' for user in USERS]
    blocks += [f"locals {{ u{user} = aws_iam_user.u{user}.name }}" for user in USERS]
    blocks.append("locals {\n map = {" + ", ".join(f'u{user} = "user-{user}"' for user in USERS) + "}\n}")
    for number, (user, active, spelling, saying) in enumerate(keys):
        name = TERRAFORM_USERS[spelling % len(TERRAFORM_USERS)].format(user)
        status = (ACTIVE if active else INACTIVE)[saying % len(ACTIVE if active else INACTIVE)]
        said = f"\n  status = {status}" if status else ""
        blocks.append(f'resource "aws_iam_access_key" "k{number}" {{\n  user = {name}{said}\n}}')
    arranged = [block for _, block in sorted(zip(order.permutation(len(blocks)), blocks))]
    outputs = "\n".join(f'output "u{user}" {{ value = "user-{user}" }}' for user in USERS)
    split = {f"part{i}.tf": "\n".join(arranged[i::files]) for i in range(files)}
    return {**split, "outer/main.tf": outputs}


_VARIABLES = {"yes": "true", "on": '"Active"', "off": '"Inactive"', **{f"u{user}": f'"user-{user}"' for user in USERS}}


def cloudformation(keys, order, _files):
    """The keys as CloudFormation, in an order."""
    resources = {f"U{u}": {"Type": "AWS::IAM::User", "Properties": {"UserName": f"user-{u}"}} for u in USERS}
    for number, (user, active, spelling, saying) in enumerate(keys):
        name = CLOUDFORMATION_USERS[spelling % len(CLOUDFORMATION_USERS)]
        status = (None, "Active") if active else ("Inactive", "Expired")
        properties = {
            "UserName": json.loads(json.dumps(name).replace("{{", "{").replace("}}", "}").replace("{0}", str(user)))
        }
        if status[saying % 2]:
            properties["Status"] = status[saying % 2]
        resources[f"k{number}"] = {"Type": "AWS::IAM::AccessKey", "Properties": properties}
    arranged = [name for _, name in sorted(zip(order.permutation(len(resources)), resources))]
    parameters = {f"P{user}": {"Type": "String", "Default": f"user-{user}"} for user in USERS}
    template = {"Parameters": parameters, "Resources": {name: resources[name] for name in arranged}}
    return {"keys.template": json.dumps({"AWSTemplateFormatVersion": "2010-09-09", **template}, indent=1)}


class Order:
    """A permutation that hypothesis chooses, of whatever length is asked for."""

    def __init__(self, numbers):
        self.numbers = numbers

    def permutation(self, length):
        return [(self.numbers[i % len(self.numbers)] * (i + 1) % 97, i) for i in range(length)]


ORDERS = st.lists(st.integers(0, 96), min_size=1, max_size=20).map(Order)
LANGUAGES = pytest.mark.parametrize(
    ("framework", "written"), [("terraform", terraform), ("cloudformation", cloudformation)]
)


@pytest.fixture
def verdicts(scan):
    """Scan files; returns the verdict of every key by its number."""

    def of(framework, files):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in files.items():
                path = Path(folder, name)
                path.parent.mkdir(exist_ok=True)
                path.write_text(text)
            found = scan(framework, folder)
        assert len(found) == len(dict(found)), found
        return {int(resource.rsplit("k", 1)[1]): verdict for resource, verdict in found}

    return of


@LANGUAGES
@PROPERTY
@given(keys=st.lists(KEYS, max_size=6), order=ORDERS, files=st.integers(1, 3))
def test_spelling_and_order_do_not_matter(verdicts, framework, written, keys, order, files):
    """Each active key of a user that has more than one fails, in whatever spelling, file and order."""
    active = [user for user, is_active, *_ in keys if is_active]
    expected = {
        number: "failed" if is_active and active.count(user) > 1 else "passed"
        for number, (user, is_active, *_) in enumerate(keys)
    }
    assert expected == verdicts(framework, written(keys, order, files))


@LANGUAGES
@PROPERTY
@given(keys=st.lists(KEYS, min_size=1, max_size=5), more=KEYS, order=ORDERS)
def test_an_inactive_key_changes_no_verdict(verdicts, framework, written, keys, more, order):
    """Adding an inactive key changes no other verdict, and the key itself passes."""
    before = verdicts(framework, written(keys, order, 1))
    user, _, *spelling = more
    after = verdicts(framework, written([*keys, (user, False, *spelling)], order, 1))
    assert {**before, len(keys): "passed"} == after


@LANGUAGES
@PROPERTY
@given(keys=st.lists(KEYS, min_size=2, max_size=6), order=ORDERS)
def test_one_active_key_clears_a_user(verdicts, framework, written, keys, order):
    """A user that keeps one active key, whichever, passes."""
    kept = {}
    for user, active, *spelling in keys:
        if active:
            kept[user] = (user, active, *spelling)
    left = [*kept.values(), *(key for key in keys if not key[1])]
    assert set() == set(verdicts(framework, written(left, order, 1)).values()) - {"passed"}


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 30) | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
REFERENCES = st.sampled_from(
    ["${var.a}", "${local.a}", "${each.value}", "${module.m.x}", "${aws_iam_user.u[0].name}", "${", "a" * 10_000, "\0"]
)


@PROPERTY
@given(
    user=ANYTHING | REFERENCES, status=ANYTHING | REFERENCES, value=ANYTHING | REFERENCES, count=ANYTHING | REFERENCES
)
def test_no_terraform_makes_the_check_raise(scan, user, status, value, count):
    """Whatever stands where, the check does not break, and no key is reported twice."""
    configuration = {
        "variable": {"a": {"default": value}},
        "locals": {"a": value},
        "module": {"m": {"source": "./m", "providers": value, "x": user}},
        "provider": {"aws": [{"alias": "x", "assume_role": value}]},
        "resource": {
            "aws_iam_user": {"u": {"name": value, "count": count}},
            "aws_iam_access_key": {
                "k1": {"user": user, "status": status, "for_each": count},
                "k2": {"user": user, "provider": value, "count": count},
            },
        },
    }
    _scan_text(scan, "terraform_json", "main.tf.json", configuration)


@PROPERTY
@given(user=ANYTHING, status=ANYTHING, values=ANYTHING, expressions=ANYTHING, calls=ANYTHING)
def test_no_plan_makes_the_check_raise(scan, user, status, values, expressions, calls):
    """Whatever stands where, the check does not break, and no key is reported twice."""
    address = 'module.m["a"].aws_iam_access_key.k'
    key = {"address": address, "mode": "managed", "type": "aws_iam_access_key", "name": "k"}
    values = {"user": user, "status": status} if isinstance(values, (str, int, list)) else values or {}
    plan = {
        "format_version": "1.2",
        "terraform_version": "1.11.0",
        "planned_values": {
            "root_module": {"child_modules": [{"address": 'module.m["a"]', "resources": [{**key, "values": values}]}]}
        },
        "resource_changes": [
            {**key, "change": {"actions": ["create"], "before": None, "after": {}, "after_unknown": {"user": user}}}
        ],
        "configuration": {
            "root_module": {
                "module_calls": {"m": {"module": {"resources": [{**key, "address": "aws_iam_access_key.k"}]}}},
                "resources": [],
            },
            "provider_config": {"aws": {"name": "aws", "expressions": {}}},
        },
    }
    module = plan["configuration"]["root_module"]["module_calls"]["m"]
    module["expressions"] = calls
    module["module"]["resources"][0]["expressions"] = {"user": expressions} if isinstance(expressions, dict) else {}
    _scan_text(scan, "terraform_plan", "tfplan.json", plan)


def _scan_text(scan, framework, name, document):
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, name).write_text(json.dumps(document, indent=1), encoding="utf-8")
        try:
            found = scan(framework, folder)
        except AssertionError:
            raise
        except Exception as error:  # noqa: BLE001  # whatever Checkov itself stumbles over is no case of ours
            frames = [frame.filename for frame in traceback.extract_tb(error.__traceback__)]
            assert not [frame for frame in frames if "checkov_keys/iac" in frame], frames
            reject()
    assert len(found) == len(dict(found)), found
