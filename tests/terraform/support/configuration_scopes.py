"""A configuration in the making: its tree of modules, what each declares, and the files that come of it."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field

import yaml
from configuration_blocks import Block, has_json_form, merge_json, quote, write_block, write_json_block
from declared_variables import declare_variable
from value_expressions import express

LOCALS = ("names", "users", "owner", "prefix", "config", "settings", "team", "accounts", "flat", "entries", "selected")
DECOYS = ("nobody", "svc-old", "Legacy_User", "temp.user", "x", "team-lead")


@dataclass
class Tree:
    """A whole configuration: where its chances come from, its modules and files besides their blocks."""

    chance: object
    scopes: list = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    sources: list[str] = field(default_factory=list)
    """Names of value files, in the order in which later ones win."""
    flags: list[str] = field(default_factory=list)
    values: dict = field(default_factory=lambda: defaultdict(dict))
    """Value file: {variable: value}."""
    assignments: bool = False
    """Whether some values are given by -var flags."""
    serial: int = 0
    budget: int = 200
    """How many more expressions may be more than a literal."""
    aliases: tuple[str, ...] = ()
    declared: set = field(default_factory=set)
    """Names of users, in lower case, that a resource makes."""

    def number(self):
        """A number that nothing else in the configuration has."""
        self.serial += 1
        return self.serial


class Scope:
    """A module: its folder, how many instances it has, and what it declares so far."""

    def __init__(self, tree, folder="", instances=1, calls=()):
        self.tree, self.chance, self.folder, self.instances = tree, tree.chance, folder, instances
        self.calls = list(calls)
        self.blocks: list[Block] = []
        self.locals: dict[str, str] = {}
        self.known: list[tuple] = []
        self.names: set[str] = set()
        self.exports: list[tuple] = []
        tree.scopes.append(self)

    def make_name(self, names):
        """A name that is free in this module, one of these where possible."""
        free = [name for name in names if name not in self.names]
        name = self.chance.choice(free) if free else f"{self.chance.choice(list(names))}_{self.tree.number()}"
        self.names.add(name)
        return name

    def express(self, wanted, kind, depth, *, late=False):
        """See value_expressions.express."""
        return express(self, wanted, kind, depth, late=late)

    def remember(self, wanted, kind, text, *, late=False):
        """Keep an expression, so that others can use it for the same values."""
        self.known.append((wanted, kind, text, late))

    def find_known(self, wanted, kind, *, late=False):
        """An expression that is known to come to these values, or None."""
        texts = [
            text for values, of, text, is_late in self.known if values == wanted and of == kind and is_late <= late
        ]
        return self.chance.choice(texts) if texts else None

    def add_local(self, text, function=None):
        """Give an expression a name; returns how to refer to it, through a function where it needs one."""
        name = self.make_name(LOCALS)
        self.locals[name] = text
        return f"{function}(local.{name})" if function else f"local.{name}"

    def name(self, text):
        """A short way to refer to an expression, so that it can be used more than once."""
        return text if len(text) < 25 and "\n" not in text and text[0] not in "[{" else self.add_local(text)

    def name_template(self, glue):
        """The name of a local that holds a template of `left` and `right`."""
        name = self.make_name(("pattern", "name_format"))
        self.locals[name] = f'"$${{left}}{glue}$${{right}}"'
        return name

    def add_variable(self, wanted, kind):
        """Declare a variable that has these values; returns how to refer to it."""
        return declare_variable(self, wanted, kind)

    def write_file(self, ending, content):
        """Write a file beside the module's; returns its path as an expression."""
        folder = self.chance.choice(("", "files/", "data/users/"))
        name = f"{folder}{self.chance.choice(('user', 'keys', 'table'))}{self.tree.number()}.{ending}"
        self.tree.files[self.folder + name] = content
        if not self.folder and self.chance.random() < 0.3:
            return self.chance.choice((quote(name), quote(f"./{name}"), f'"${{path.root}}/{name}"'))
        return self.chance.choice((f'"${{path.module}}/{name}"', f'join("/", [path.module, "{name}"])'))

    def write_encoded(self, value):
        """An expression that decodes a value from JSON or YAML, in a file or in the text."""
        key = self.chance.choice((None, "users", "config"))
        whole = value if key is None else {key: value, "version": 2, "enabled": True}
        member = "" if key is None else self.chance.choice((f".{key}", f'["{key}"]'))
        if self.chance.random() < 0.5:
            text = json.dumps(whole, indent=self.chance.choice((None, 2)))
            source = (
                quote(text)
                if self.chance.random() < 0.4 and len(text) < 300
                else f"file({self.write_file('json', text)})"
            )
            return f"jsondecode({source}){member}"
        text = yaml.safe_dump(whole, default_flow_style=self.chance.choice((None, False, True)))
        return f"yamldecode(file({self.write_file(self.chance.choice(('yaml', 'yml')), text)})){member}"

    def make_decoy(self, value, kind):
        """Another value of the same kind."""
        if kind == "number":
            return (value or 0) + self.chance.randint(1, 3)
        if kind == "bool":
            return not value
        if kind == "string":
            return self.chance.choice(DECOYS)
        if isinstance(value, list):
            return [self.make_decoy(each, kind[1]) for each in value[: self.chance.randrange(3)]]
        kinds = kind[1] if kind[0] == "object" else dict.fromkeys(value, kind[1])
        return {name: self.make_decoy(each, kinds[name]) for name, each in value.items()}

    def hand_on(self, wanted, depth, *, late):
        """Another block is given a name, and hands it on."""
        known = [
            ("null_resource", "triggers", "{{ user = {} }}", ".triggers.user", 'triggers["user"]'),
            ("terraform_data", "input", "{}", ".input", "input"),
            ("terraform_data", "input", "{{ user = {} }}", ".input.user", 'input["user"]'),
            ("aws_iam_user_policy_attachment", "user", "{}", ".user", "user"),
            ("aws_iam_user_policy", "user", "{}", ".user", "user"),
            ("aws_iam_user_group_membership", "user", "{}", ".user", "user"),
            ("aws_iam_group_membership", "users", "[{}]", "users", None),
            ("data", "user_name", "{}", ".user_name", "user_name"),
        ]
        if late:
            known += [("terraform_data", "input", "{}", ".output", "output")] * 2
        kind, argument, shape, member, _ = self.chance.choice(known)
        inner = express(self, wanted, "string", depth)
        if "\n" in inner or (kind == "aws_iam_group_membership" and not all(wanted)):
            return None
        name = self.make_name(("ci", "deploy", "robot", "this", "handed", "main"))
        extra = {
            "aws_iam_user_policy_attachment": {"policy_arn": '"arn:aws:iam::aws:policy/ReadOnlyAccess"'},
            "aws_iam_user_policy": {"policy": 'jsonencode({ Version = "2012-10-17", Statement = [] })'},
            "aws_iam_user_group_membership": {"groups": '["readers"]'},
            "aws_iam_group_membership": {"name": '"members"', "group": '"readers"'},
        }.get(kind, {})
        labels = ("aws_iam_user", name) if kind == "data" else (kind, name)
        prefix = "data." if kind == "data" else ""
        counted = self.chance.random() < 0.2
        attributes = {**({"count": "1"} if counted else {}), argument: shape.format(inner), **extra}
        self.blocks.append(Block("data" if kind == "data" else "resource", labels, attributes))
        address = f"{prefix}{labels[0]}.{name}" + ("[0]" if counted else "")
        if member == "users":
            return self.chance.choice((f"one({address}.users)", f"tolist({address}.users)[0]"))
        return address + member

    def write_files(self):
        """Write the module's blocks into files, some of them in JSON syntax; returns {path: text}."""
        blocks = [*self.blocks, *_split_locals(self)]
        self.chance.shuffle(blocks)
        names = self.chance.choice((["main.tf"], ["main.tf", "keys.tf"], ["main.tf", "variables.tf", "iam.tf"]))
        texts = defaultdict(str)
        documents = []
        some_json = self.chance.random() < 0.12
        for block in blocks:
            if some_json and has_json_form(block) and self.chance.random() < 0.5:
                documents.append(write_json_block(block))
                continue
            place = (
                "variables.tf" if block.kind == "variable" and "variables.tf" in names else self.chance.choice(names)
            )
            texts[place] += write_block(block, self.chance) + self.chance.choice(("", "\n"))
        if documents:
            texts["generated.tf.json"] = json.dumps(merge_json(documents), indent=2)
        texts.setdefault("main.tf", "")
        return {self.folder + name: text for name, text in texts.items()}


def _split_locals(scope):
    """The locals of a module, in one block or two."""
    items = list(scope.locals.items())
    cut = scope.chance.randint(0, len(items)) if scope.chance.random() < 0.3 else 0
    return [Block("locals", (), dict(part)) for part in (items[:cut], items[cut:]) if part]
