"""Directories that change, whose last plan and states the readers are held to: `HISTORIES`, by what they are about.

`otherwise` maps addresses to the verdict that a plan is read to give, if that is another than the apply's since the
plan does not tell: a value that is known only after the apply. PLAN is the plan's own file.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from history_blocks import (
    ALIASES,
    BEFORE,
    KEY_MODULE,
    LATE,
    LATE_TEAM,
    ODD_KEYS,
    OVER_MODULE,
    PAIR,
    TEAM,
    TEAM_MODULE,
    USER_MODULE,
    bring,
    call,
    depose,
    drift,
    files,
    find_user,
    key,
    move,
    remove,
    taint,
    user,
)
from planned_states import Step

PLAN = "the plan"
ANN, BOB, OFF = '"ann"', '"bob"', '"Inactive"'
K = "aws_iam_access_key"
A, B, C = key("a", ANN), key("b", ANN), key("c", BOB)
TWO = files(A, B)
CALL = call("m", "m", user=ANN)
FIRST = key("a", ANN, BEFORE)
TRIGGERED = key("a", ANN, "  lifecycle { replace_triggered_by = [terraform_data.late] }\n")


@dataclass(frozen=True)
class History:
    """Steps of which the last one is looked at."""

    steps: list[Step]
    otherwise: dict[str, str] = field(default_factory=dict)


def once(*blocks, otherwise=None, **modules):
    """A directory that is applied for the first time."""
    return History([Step(files(*blocks, **modules))], otherwise or {})


def then(before, after, *flags, edit=None, otherwise=None):
    """Files that are applied, then others."""
    return History([Step(before), Step(after, flags, edit)], otherwise or {})


def partly(before, after, *flags, edit=None, otherwise=None):
    """As `then`, with a plan that is not complete."""
    return then(before, after, *flags, edit=edit, otherwise={PLAN: "unknown", **(otherwise or {})})


LATER = {
    "a name, two keys": once(
        LATE, user("u", "terraform_data.late.output"), *(key(x, "aws_iam_user.u.name") for x in "ab")
    ),
    "an id": once(user("u", ANN), key("a", "aws_iam_user.u.id"), key("b", '"Ann"')),
    "a status": once(
        'resource "terraform_data" "s" { input = "Inactive" }\n',
        key("a", ANN, status="terraform_data.s.output"),
        B,
        otherwise={f"{K}.a": "unknown"},
    ),
    "an output of terraform_data, twice": once(LATE, *(key(x, "terraform_data.late.output") for x in "ab")),
    "a name that changes": then(
        files(LATE, user("u", "terraform_data.late.output"), key("a", "aws_iam_user.u.name")),
        files(LATE.replace("ann", "bob"), user("u", "terraform_data.late.output"), key("a", "aws_iam_user.u.name")),
    ),
    "a data source read during the apply": once(
        LATE, find_user("terraform_data.late.output"), *(key(x, "data.aws_iam_user.d.user_name") for x in "ab")
    ),
    "a data source that waits": once(
        LATE, find_user(ANN, depends_on="[terraform_data.late]"), key("a", "data.aws_iam_user.d.user_name"), B
    ),
    "names of for_each": once(
        LATE_TEAM, key("a", "each.value.name", for_each="aws_iam_user.u"), key("b", 'aws_iam_user.u["x"].name')
    ),
    "ids of count": once(PAIR, key("a", "aws_iam_user.u[count.index].id", count="2"), key("b", "aws_iam_user.u[1].id")),
    "one of several": once(
        PAIR,
        key("a", "aws_iam_user.u[count.index].id", count="2"),
        key("b", "element(aws_iam_user.u[*].id, 1)"),
        otherwise={f"{K}.a[1]": "passed", f"{K}.b": "unknown"},
    ),
    "ids by the key": once(
        TEAM,
        key("a", "aws_iam_user.u[each.key].id", for_each='toset(["p", "q.r"])'),
        key("b", 'aws_iam_user.u["q.r"].id'),
    ),
    "ids by the value of a mapping": once(
        TEAM, key("a", "aws_iam_user.u[each.value.who].id", for_each='{ p = { who = "q.r" } }'), key("b", '"q.r"')
    ),
    "a user or another": once(
        'variable "first" { default = true }\n',
        user("u", ANN),
        user("v", BOB),
        key("a", "var.first ? aws_iam_user.u.id : aws_iam_user.v.id"),
        B,
        otherwise={f"{K}.a": "passed", f"{K}.b": "passed"},
    ),
    "through modules": once(
        LATE,
        call("u", "u", name="terraform_data.late.output"),
        call("m", "m", user="module.u.id"),
        key("a", "module.u.whole.id"),
        one=USER_MODULE,
        two=KEY_MODULE,
    ),
    "through module instances": once(
        call("u", "u", name="each.key", for_each='toset(["a.b", "c"])'),
        key("k", "module.u[each.key].id", for_each='toset(["a.b"])'),
        key("l", "each.value.id", for_each="module.u"),
        one=USER_MODULE,
    ),
    "through outputs that are collections": once(
        call("t", "t", names='toset(["a", "b.c"])'),
        key("x", 'module.t.users["a"].id'),
        key("y", 'module.t.ids["a"]'),
        key("z", "each.value.id", for_each="module.t.users"),
        key("w", "module.t.ids[each.key]", for_each='toset(["b.c"])'),
        one=TEAM_MODULE,
    ),
    "through variables that are collections": once(
        call("t", "t", names='toset(["a", "b.c"])'),
        call("o", "o", users="module.t.users"),
        key("x", 'module.t.users["b.c"].id'),
        one=TEAM_MODULE,
        two=OVER_MODULE,
    ),
    "the user of another key": once(user("u", ANN), key("a", "aws_iam_user.u.id"), key("b", f"{K}.a.user")),
}
CHANGES = {
    "replaced": then(TWO, files(A, key("b", BOB))),
    "replaced, and meets another": then(files(A, key("b", BOB)), TWO),
    "made before the old one goes": then(files(FIRST), files(key("a", BOB, BEFORE), B)),
    "-replace": then(TWO, TWO, f"-replace={K}.a"),
    "-replace, made before the old one goes": then(files(FIRST), files(FIRST), f"-replace={K}.a"),
    "replaced as something else is": then(files(LATE, TRIGGERED), files(LATE.replace("ann", "bob"), TRIGGERED)),
    "moved": then(files(A), files(B, move(f"{K}.a", f"{K}.b"))),
    "moved into a module": then(files(A), files(CALL, B, move(f"{K}.a", f"module.m.{K}.k"), one=KEY_MODULE)),
    "moved from count to for_each": then(
        files(key("a", ANN, count="2")),
        files(key("a", ANN, for_each='toset(["x.y"])'), move(f"{K}.a[0]", f'{K}.a["x.y"]')),
    ),
    "moved with its module": then(
        files(CALL, one=KEY_MODULE),
        files(call("m", "m", user=ANN, for_each='toset(["p.q"])'), move("module.m", 'module.m["p.q"]'), one=KEY_MODULE),
    ),
    "moved and replaced": then(files(A), files(key("b", BOB), key("c", ANN), move(f"{K}.a", f"{K}.b"))),
    "removed and forgotten": then(TWO, files(A, remove(f"{K}.b", destroy=False))),
    "removed and destroyed": then(TWO, files(A, remove(f"{K}.b", destroy=True))),
    "removed with its module": then(files(CALL, A, one=KEY_MODULE), files(A, remove("module.m", destroy=False))),
    "removed without a word": then(TWO, files(A)),
    "fewer instances": then(files(key("a", ANN, count="3")), files(key("a", ANN, count="1"))),
    "imported": once(A, B, user("u", ANN), bring(f"{K}.b", ANN), bring("aws_iam_user.u", ANN)),
    "imported and changed": once(A, key("b", ANN, status='"Active"'), bring(f"{K}.b", '"ann/Inactive"')),
    "imported and replaced": once(A, key("b", BOB), bring(f"{K}.b", ANN)),
    "imported with for_each": once(
        key("b", "each.key", for_each='toset(["ann", "bob.k"])'),
        key("a", '"bob.k"'),
        bring(f"{K}.b[each.key]", "each.key", for_each='toset(["ann", "bob.k"])'),
    ),
    "turned off": then(TWO, files(A, key("b", ANN, status=OFF))),
    "nothing changes": then(TWO, TWO),
    "tainted": then(TWO, TWO, edit=taint),
    "drifted": then(TWO, TWO, edit=drift),
    "a deposed object goes": then(files(A), files(A), edit=depose),
}
PARTS = {
    "-target, another stays": partly(files(A), files(A, B, C), f"-target={K}.c"),
    "-target, what meets another": partly(files(A), TWO, f"-target={K}.b"),
    "-target, the first of two": partly(files("locals {}\n"), TWO, f"-target={K}.a"),
    "-target, what has no block stays": partly(TWO, files(A, C), f"-target={K}.c"),
    "-target, what has no module stays": partly(files(CALL, A, one=KEY_MODULE), files(A, C), f"-target={K}.c"),
    "-target, what would change stays": partly(TWO, files(A, key("b", ANN, status=OFF), C), f"-target={K}.c"),
    "-target, what has no block in one of two accounts": partly(
        files(ALIASES, key("a", ANN, provider="aws.prod"), B),
        files(ALIASES, B, C),
        f"-target={K}.c",
        otherwise={f"{K}.a": "unknown"},
    ),
    "-target, a deposed object stays": partly(files(A), files(A, C), f"-target={K}.c", edit=depose),
    "-refresh-only": then(TWO, files(A, key("b", ANN, status=OFF), C), "-refresh-only"),
    "-refresh-only, a deposed object": then(files(A), files(A), "-refresh-only", edit=depose),
    "-refresh-only, drifted": then(TWO, TWO, "-refresh-only", edit=drift),
    "-destroy": then(TWO, TWO, "-destroy"),
    "-destroy -target": partly(files(A, B, C), files(A, B, C), "-destroy", f"-target={K}.c"),
}
PLACES = {
    "instance keys": once(key("a", ANN, for_each=ODD_KEYS), C),
    "instance keys of modules": once(call("m", "m", user=ANN, for_each=ODD_KEYS), one=KEY_MODULE),
    "ids by instance keys of modules": once(
        call("u", "u", name="md5(each.key)", for_each=ODD_KEYS),
        call("m", "m", user="module.u[each.key].id", for_each=ODD_KEYS),
        key("a", 'module.u["a.b"].id'),
        one=USER_MODULE,
        two=KEY_MODULE,
    ),
    "names of blocks": once(
        user("überuser", ANN), call("müll", "m", user="aws_iam_user.überuser.id", count="2"), one=KEY_MODULE
    ),
    "module with count": once(
        call("m", "m", user='"u${count.index}"', count="2"), key("a", "module.m[1].user"), one=KEY_MODULE
    ),
    "aliases": once(
        ALIASES,
        A,
        key("b", ANN, provider="aws.us"),
        key("c", ANN, provider="aws.prod"),
        key("d", '"eve"', provider="aws.prod"),
        key("e", '"eve"', provider="aws.prod_us"),
    ),
    "aliases handed to modules": once(
        ALIASES,
        CALL,
        call("n", "m", user=ANN, providers="{ aws = aws.prod }"),
        call("o", "m", user=ANN, providers="{ aws = aws.prod_us }"),
        one=KEY_MODULE,
    ),
    "sensitive values": once(
        'variable "who" {\n  default   = "ann"\n  sensitive = true\n}\n',
        key("a", "var.who"),
        key("b", "nonsensitive(var.who)", status='sensitive("Inactive")'),
        call("m", "m", user="var.who"),
        one=KEY_MODULE,
    ),
    "names like references": once(
        *(key(x, '"aws_iam_user.ann.name"') for x in "ab"),
        *(key(x, '"var.ann"', status=OFF) for x in "cd"),
        key("e", '"true"'),
    ),
}
HISTORIES = {**LATER, **CHANGES, **PARTS, **PLACES}
