"""Random configurations that hand the secrets of access keys around; seeded. Where they end up, Terraform tells.

    files = make_files(random.Random(7))     # {path: text}

A module is made from the inside out: it has keys, takes texts from variables, makes new texts of them in many ways, and
hands them to resources, to modules that it calls, and to outputs. Nothing here knows where a secret goes.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from secret_sinks_written import SINKS
from secret_texts_written import COLLECTIONS, WAYS

STATUS = "Active"
PGP = '"keybase:someone"'


@dataclass
class Module:
    """A module while it is written: what may be referred to by kind ("string", "list", "map"), and its blocks."""

    chance: object
    folder: str
    pool: dict = field(default_factory=lambda: {"string": [], "list": [], "map": []})
    locals: dict = field(default_factory=dict)
    blocks: list = field(default_factory=list)
    outputs: dict = field(default_factory=dict)
    files: dict = field(default_factory=dict)
    variables: dict = field(default_factory=dict)
    numbers: list = field(default_factory=lambda: [0])

    def number(self):
        """A number that nothing in the configuration has yet."""
        self.numbers[0] += 1
        return self.numbers[0]

    def pick(self, kind="string"):
        """An expression of a kind; of strings, often one that a secret may be in."""
        found = self.pool[kind]
        if kind == "string" and (not found or self.chance.random() < 0.25):
            return self.chance.choice(('"plain"', '"a-b"', '"x"'))
        return self.chance.choice(found) if found else {"list": '["l"]', "map": '{ m = "v" }'}[kind]

    def add(self, kind, text):
        """Keep an expression, perhaps under the name of a local or behind a resource that hands it on."""
        # A heredoc ends a line, so it needs a name.
        roll = 0 if text.startswith("<<") else self.chance.random()
        if roll < 0.5:
            name = f"l{self.number()}"
            self.locals[name] = text
            text = f"local.{name}"
        elif roll < 0.6 and kind != "map":
            name = f"t{self.number()}"
            self.blocks.append(f'resource "terraform_data" "{name}" {{\n  input = {text}\n}}\n')
            text = f"terraform_data.{name}.output"
        elif roll < 0.65 and kind == "map":
            name = f"n{self.number()}"
            self.blocks.append(f'resource "null_resource" "{name}" {{\n  triggers = {text}\n}}\n')
            text = f"null_resource.{name}.triggers"
        self.pool[kind].append(text)


def make_files(chance):
    """The files of a random configuration, {path: text}."""
    root = Module(chance, "")
    _fill(root, 0)
    return _write(root)


def _fill(module, depth):
    chance = module.chance
    for _ in range(chance.choice(((1, 1, 2), (0, 1, 1), (0, 0, 1))[min(depth, 2)])):
        _add_key(module)
    for _ in range(chance.choice((2, 4, 6, 8))):
        _add_text(module)
    if depth < 2 and chance.random() < (0.7, 0.4)[depth]:
        _call(module, depth)
        for _ in range(chance.choice((1, 2, 4))):
            _add_text(module)
    for _ in range(chance.choice((1, 2, 3, 4))):
        module.blocks.append(chance.choice(SINKS)(module))
    for _ in range(chance.choice((1, 2, 3))):
        _add_output(module)


def _add_key(module):
    chance, name = module.chance, f"k{module.number()}"
    style = chance.choice(("one", "one", "one", "count", "each", "none"))
    pgp = f"\n  pgp_key = {PGP}" if chance.random() < 0.1 else ""
    status = f'\n  status = "{chance.choice(("Active", "Inactive"))}"' if chance.random() < 0.3 else ""
    meta = {"one": "", "none": "\n  count = 0", "count": "\n  count = 2", "each": '\n  for_each = toset(["a", "b"])'}[
        style
    ]
    module.blocks.append(f'resource "aws_iam_access_key" "{name}" {{{meta}\n  user = "u{name}"{pgp}{status}\n}}\n')
    at = f"aws_iam_access_key.{name}"
    attribute = chance.choice(("secret", "secret", "secret", "ses_smtp_password_v4"))
    if style == "none":
        module.add("string", f'try({at}[0].{attribute}, "nothing")')
        module.add("list", f"{at}[*].id")
    elif style == "one":
        # A text is not null, and that of an encrypted secret is.
        given = f'coalesce({at}.{attribute}, "encrypted")' if pgp else f"{at}.{attribute}"
        module.add("string", given)
        module.add("string", f"{at}.id")
        if not pgp:
            module.add("map", f"{{ id = {at}.id, secret = {at}.{attribute} }}")
            module.add("string", f"jsonencode({at})")
    elif pgp:
        module.add("list", f"values({at})[*].id" if style == "each" else f"{at}[*].id")
    elif style == "count":
        module.add("list", f"{at}[*].{attribute}")
        module.add("string", f"{at}[{chance.choice((0, 1))}].{attribute}")
    else:
        module.add("map", f"{{ for key, each in {at} : key => each.{attribute} }}")
        module.add("list", f"values({at})[*].{attribute}")
        module.add("string", f'{at}["{chance.choice("ab")}"].{chance.choice((attribute, "id"))}')


def _add_text(module):
    kind = module.chance.choice(("string", "string", "string", "list", "map"))
    ways = WAYS if kind == "string" else COLLECTIONS[kind]
    module.add(kind, module.chance.choice(ways)(module))


def _call(module, depth):
    chance, name = module.chance, f"m{module.number()}"
    child = Module(chance, f"{module.folder}modules/{name}/", numbers=module.numbers, files=module.files)
    arguments = {}
    for _ in range(chance.choice((1, 2, 3))):
        kind = chance.choice(("string", "string", "list", "map"))
        variable = f"v{module.number()}"
        kinds = {"string": "string", "list": "list(string)", "map": "map(string)"}
        child.variables[variable] = chance.choice((kinds[kind], kinds[kind], "any"))
        arguments[variable] = module.pick(kind)
        child.pool[kind].append(f"var.{variable}")
    _fill(child, depth + 1)
    meta, index = chance.choice(
        (
            ("", ""),
            ("", ""),
            ("  count = 2\n", "[1]"),
            ('  for_each = { a = "1", b = "2" }\n', '["a"]'),
            ("  count = 0\n", None),
        )
    )
    given = "".join(f"  {variable} = {text}\n" for variable, text in arguments.items())
    source = "./" + child.folder.removeprefix(module.folder).rstrip("/")
    module.blocks.append(f'module "{name}" {{\n  source = "{source}"\n{meta}{given}}}\n')
    module.files.update(_write(child))
    for output, (kind, _) in child.outputs.items():
        if index is not None:
            module.add(kind, f"module.{name}{index}.{output}")


def _add_output(module):
    kind = module.chance.choice(("string", "string", "list", "map"))
    module.outputs[f"o{module.number()}"] = (kind, module.pick(kind))


def _write(module):
    """The files of a module and of those that it calls."""
    folder, chance = module.folder, module.chance
    variables = "".join(f'variable "{name}" {{\n  type = {kind}\n}}\n' for name, kind in module.variables.items())
    named = "".join(f"  {name} = {text}\n" for name, text in module.locals.items())
    outputs = "".join(
        f'output "{name}" {{\n  value = {text}\n  sensitive = true\n}}\n' for name, (_, text) in module.outputs.items()
    )
    main = "\n".join(module.blocks)
    files = {f"{folder}main.tf": f"{variables}locals {{\n{named}}}\n{main}\n{outputs}"}
    if chance.random() < 0.3:
        files = {f"{folder}main.tf": main, f"{folder}other.tf": f"{variables}locals {{\n{named}}}\n{outputs}"}
    return {**module.files, **files}


def write_files(files, folder):
    """Write files, {path: text}, below a folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
