"""Whole random configurations of Terraform in which every value is known, as people write them; seeded.

    configuration = make_configuration(random.Random(7))
    configuration.write(folder)          # its files
    configuration.flags                  # what terraform is given, such as -var-file=prod.tfvars

`configurations()` is the same as a hypothesis strategy, which shrinks. What a configuration makes is planned first, and
each value then written in one of many ways (value_expressions.py), so nearly all are valid; Terraform is the judge.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from company_modules import PATTERNS
from configuration_blocks import Block, quote
from configuration_extras import add_company, add_providers, write_overrides
from configuration_scopes import Scope, Tree
from declared_variables import write_values
from hypothesis import strategies
from planned_keys import Plan, add_keys, add_users
from repeated_blocks import repeat

FOLDERS = ("robot", "iam-user", "service_account", "access", "team", "keys")
CALLS = ("ci", "deploy", "robots", "team", "legacy", "blue", "green", "payments", "batch")
VALUE_FILES = (
    "terraform.tfvars",
    "terraform.tfvars.json",
    "10-base.auto.tfvars",
    "prod.auto.tfvars.json",
    "zz.auto.tfvars",
)
NAMED_FILES = ("prod.tfvars", "env/eu.tfvars", "extra.tfvars.json")


@dataclass(frozen=True)
class Configuration:
    """Files of a root module and of what it calls ({path: text}), and the flags that go with them."""

    files: dict[str, str]
    flags: tuple[str, ...] = ()

    def write(self, folder):
        """Write the files below a folder."""
        for name, text in self.files.items():
            path = Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")


@dataclass
class Call:
    """A call of a module: the keys of its instances for each instance of the caller, and its arguments."""

    name: str
    rows: list
    start: int
    disabled: bool
    arguments: dict
    texts: dict

    @property
    def size(self):
        """How many instances of the module it makes."""
        return max(1, sum(map(len, self.rows)))


def configurations():
    """A hypothesis strategy for configurations."""
    return strategies.randoms(use_true_random=False).map(make_configuration)


def make_configuration(chance, *, assignments=False):
    """Make a configuration, drawing from a `random.Random`; with `assignments`, flags may be `-var=name=value` too."""
    tree = Tree(chance, assignments=assignments, budget=chance.choice((10, 30, 60, 100, 150, 220)))
    tree.sources = [name for name in VALUE_FILES if chance.random() < 0.2]
    for name in NAMED_FILES:
        if chance.random() < 0.1:
            tree.sources.append(name)
            tree.flags.append(f"-var-file={name}")
    plan = Plan(chance, violating=chance.random() < 0.75)
    root = Scope(tree)
    add_providers(root)
    style = chance.random()
    for _ in range(chance.randint(1, 3) if style < 0.55 else 0):
        _add_patterns(tree, plan)
    if style > 0.4:
        _fill(root, plan, 0)
    for scope in tree.scopes:
        add_company(scope)
        tree.files.update(write_overrides(scope))
        tree.files.update(scope.write_files())
    for source in tree.sources:
        tree.files[source] = write_values(tree.values[source], source.rsplit(".", 1)[-1], chance)
    return Configuration(dict(sorted(tree.files.items())), tuple(tree.flags))


def _add_patterns(tree, plan):
    """Add what companies write, its variables given by value files or, where there are none, by one of its own."""
    chance, number = tree.chance, tree.number()
    names = plan.pool if plan.violating else [f"{name}.{number}" for name in plan.pool]
    pattern = chance.choice(PATTERNS)
    part, other = pattern(chance, names, number), pattern(chance, names, number)
    tree.files.update(part.files)
    if part.values and not tree.sources:
        tree.sources.append("terraform.tfvars")
    for name, value in part.values.items():
        *earlier, last = [source for source in tree.sources if chance.random() < 0.5] or tree.sources[-1:]
        tree.values[last][name] = value
        for source in earlier:
            tree.values[source][name] = other.values.get(name, value)


def _fill(scope, plan, depth):
    """Declare users, calls of modules and keys in a module."""
    chance = scope.chance
    steps = [lambda: add_users(scope, plan)] * chance.choice((0, 1, 1, 2))
    if depth < 3:
        steps += [lambda: _call_module(scope, plan, depth)] * chance.choice(
            ((1, 1, 2, 0), (1, 0, 0), (1, 0, 0, 0))[depth]
        )
    chance.shuffle(steps)
    for step in steps:
        step()
    for _ in range(chance.choice(((0, 1, 2, 2), (1, 1, 2), (1, 1), (1,))[depth])):
        add_keys(scope, plan, disabled=chance.random() < 0.06)


def _call_module(scope, plan, depth):
    """Make a module, one or two calls of it, and remember what it puts out."""
    chance = scope.chance
    folder = f"{scope.folder}modules/{chance.choice(FOLDERS)}{scope.tree.number()}/"
    calls, start = [], 0
    for _ in range(chance.choice((1, 1, 1, 2))):
        call = Call(scope.make_name([f"call:{name}" for name in CALLS])[5:], [], start, chance.random() < 0.07, {}, {})
        size = chance.choice((1, 1, 1, 2, 2, 3))
        keys = chance.sample(("prod", "dev", "eu", "us", "a.b", "x/y"), size)
        call.rows = [[] if call.disabled else sorted(keys)] * scope.instances
        if call.disabled and scope.instances > 1:
            call.disabled, call.rows = False, [sorted(keys)] * scope.instances
        calls.append(call)
        start += call.size
    child = Scope(scope.tree, folder, start, calls)
    _fill(child, plan, depth + 1)
    for call in calls:
        _write_call(scope, child, call)
    _remember_outputs(scope, child)


def _write_call(scope, child, call):
    """Write the block that calls a module, with an expression for each argument."""
    fields = {}
    for name, (kind, values) in call.arguments.items():
        rest = iter(values)
        fields[name] = (
            kind,
            [[next(rest) for _ in each] for each in call.rows] if not call.disabled else [[values[0]]],
        )
    if call.disabled:
        rows = [["off"]]
        made = repeat(scope, rows, fields, style="single")
        off = scope.express([False], "bool", 2)
        made.meta = scope.chance.choice(
            ({"count": "0"}, {"count": f"{off} ? 1 : 0"}, {"for_each": "toset([])"}, {"for_each": "{}"})
        )
    else:
        made = repeat(scope, call.rows, fields)
    call.style = made.style
    source = "./" + child.folder.removeprefix(scope.folder).rstrip("/")
    block = Block("module", (call.name,), {"source": quote(source), **made.meta, **made.texts, **call.texts})
    aliases = scope.tree.aliases
    if aliases and not scope.folder and scope.chance.random() < 0.6:
        alias = scope.chance.choice(aliases)
        block.attributes["providers"] = f"{{ aws = aws.{alias} }}"
        block.plain["providers"] = {"aws": f"aws.{alias}"}
    scope.blocks.append(block)


def _remember_outputs(scope, child):
    """Declare outputs for the module's users, and keep how its caller refers to them."""
    for kind, values, text in child.exports:
        if scope.chance.random() < 0.3:
            continue
        name = child.make_name(("user_name", "user_names", "users", "names", "robots"))
        child.blocks.append(Block("output", (name,), {"value": text}))
        for call in child.calls:
            if call.disabled or call.style not in {"single", "count", "set", "map", "maybe"} or not all(call.rows):
                continue
            part = values[call.start : call.start + call.size]
            width = len(call.rows[0])
            for place, key in enumerate(call.rows[0]):
                index = (
                    ""
                    if call.style == "single"
                    else f"[{place}]"
                    if call.style in {"count", "maybe"}
                    else f"[{quote(key)}]"
                )
                reached = f"module.{call.name}{index}.{name}"
                scope.remember(part[place::width], kind, reached)
                if index == "":
                    scope.exports.append((kind, part, reached))
            if call.style in {"set", "map"} and kind == "string":
                lists = [part[at * width : (at + 1) * width] for at in range(scope.instances)]
                scope.remember(lists, ("list", "string"), f"values(module.{call.name})[*].{name}")
                scope.remember(lists, ("list", "string"), f"[for each in module.{call.name} : each.{name}]")
