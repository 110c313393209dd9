from __future__ import annotations

import pytest

from checkov_keys.iac.hcl.errors import EvaluationError
from checkov_keys.iac.hcl.evaluation import evaluate
from checkov_keys.iac.hcl.expressions import parse_expression
from checkov_keys.iac.hcl.values import BOOL, DYNAMIC, STRING, ListType, object_of, string, unknown


class Namespace:
    """Members by name."""

    def __init__(self, members):
        self.members = members

    def member(self, key):
        if key.content not in self.members:
            raise EvaluationError(f"there is no {key.content}")
        return self.members[key.content]

    def value(self):
        return object_of(self.members)


class Scope:
    """Names, and nothing else."""

    files = None
    call_site_prefix = "here"

    def __init__(self, names):
        self.names = names

    def lookup(self, name):
        return self.names.get(name)

    def function(self, _):
        return None


def _unknown(name, kind=STRING, **facts):
    return unknown(kind, f"var.{name}", f"no value is given for var.{name}", **facts)


NAMES = {
    "var": Namespace(
        {
            "known": string("known"),
            "template": string("<${name}>"),
            "nested": string('${templatefile("a", {})}'),
            "text": _unknown("text"),
            "sure": _unknown("sure", not_null=True),
            "flag": _unknown("flag", BOOL),
            "many": _unknown("many", ListType(STRING)),
            "any": _unknown("any", DYNAMIC),
            "secret": string("secret", frozenset(["sensitive"])),
        }
    )
}


@pytest.fixture
def find_value():
    """Return what evaluates the text of an expression, with an unknown or two under `var`."""

    def find(text, names=NAMES):
        return evaluate(parse_expression(text), Scope(names))

    return find
