"""Which users get which keys in a random configuration, and the blocks that make them."""

from __future__ import annotations

from configuration_blocks import Block, quote
from hash_facts import FACTS
from repeated_blocks import by_key, repeat

PEOPLE = (
    "ship-bot",
    "pack-bot",
    "ci",
    "deployer",
    "anna",
    "otto.k",
    "svc_backup",
    "Release-Manager",
    "ops@example.com",
)
STEMS = ("ci-", "app.", "svc_", "bot-", "", "robot+")
LABELS = ("old", "new", "blue", "green", "primary", "spare", "a", "b", "2024", "eu-west-1")
KEY_BLOCKS = ("this", "key", "primary", "secondary", "robot", "deploy", "access", "spare", "rotated")
USER_BLOCKS = ("this", "bot", "user", "team", "service", "people")


class Plan:
    """The users of a configuration, and who has an active key already."""

    def __init__(self, chance, *, violating):
        self.chance, self.violating = chance, violating
        names = [chance.choice(STEMS) + chance.choice(tuple(FACTS.values())) for _ in range(4)]
        pool = [*chance.sample(PEOPLE, 3), *names]
        self.pool = chance.sample(pool, chance.randint(2, 5))
        self.active: set[str] = set()

    def draw_user(self):
        """A user's name, sometimes in other letters' case."""
        name = self.chance.choice(self.pool)
        if not self.violating and name.lower() in self.active and self.chance.random() < 0.8:
            name = f"{self.chance.choice(STEMS)}{self.chance.choice(('w', 'x', 'y'))}{len(self.active)}"
            self.pool.append(name)
        return (
            self.chance.choice((name.upper(), name.title(), name.swapcase())) if self.chance.random() < 0.06 else name
        )

    def draw_status(self, name):
        """A status for one more key of a user: None, Active or Inactive."""
        taken = name.lower() in self.active
        inactive = self.chance.random() < 0.25 if self.violating or not taken else True
        if inactive:
            return "Inactive"
        self.active.add(name.lower())
        return self.chance.choice((None, None, "Active"))


def add_keys(scope, plan, *, disabled=False):
    """Declare a block of access keys in a module, for users that nothing of it declares, or that it remembers."""
    rows, users, statuses = [], [], []
    size = scope.chance.choice((1, 1, 1, 2, 2, 3, 0))
    own_names = scope.chance.random() < 0.4
    alike = scope.chance.random() < 0.6
    for _ in range(scope.instances):
        number = size if alike or scope.chance.random() < 0.5 else scope.chance.randint(0, 3)
        drawn = [plan.draw_user() for _ in range(number)]
        if scope.chance.random() < 0.35:
            drawn = drawn[:1] * number
        unique = len(set(drawn)) == len(drawn)
        rows.append(drawn if own_names and unique else _label(scope, drawn))
        users.append(drawn)
        statuses.append([plan.draw_status(name) for name in drawn])
    if disabled or not any(rows):
        return _add_none(scope, plan)
    fields = {"user": ("string", users), **_choose_status(scope, statuses)}
    made = repeat(scope, rows, fields, late=("user", "status"))
    _add_block(scope, made.meta, made.texts)
    return None


def _label(scope, drawn):
    form = scope.chance.choice(("label", "number", "user/label"))
    labels = scope.chance.sample(LABELS, len(drawn))
    if form == "number":
        return [str(place) for place in range(len(drawn))]
    return labels if form == "label" else [f"{user}/{label}" for user, label in zip(drawn, labels)]


def _choose_status(scope, statuses):
    flat = {item for each in statuses for item in each}
    if flat <= {None, "Active"} and scope.chance.random() < 0.6:
        return {}
    filled = [
        ["Active" if item is None and None in flat and len(flat) > 1 else item for item in each] for each in statuses
    ]
    return {"status": ("string", filled if scope.chance.random() < 0.6 else statuses)}


def _add_none(scope, plan):
    """A block of keys that makes none."""
    name = scope.chance.choice(plan.pool)
    meta = scope.chance.choice(
        (
            {"count": scope.express([0] * scope.instances, "number", 2)},
            {"count": f"{scope.express([False] * scope.instances, 'bool', 2)} ? 1 : 0"},
            {"for_each": scope.express([[]] * scope.instances, ("set", "string"), 2)},
            {"for_each": scope.express([{}] * scope.instances, ("map", "string"), 2)},
        )
    )
    _add_block(scope, meta, {"user": quote(name)})


def _add_block(scope, meta, texts):
    attributes = {**meta, **texts}
    block = Block(
        "resource", ("aws_iam_access_key", scope.make_name([f"key:{name}" for name in KEY_BLOCKS])[4:]), attributes
    )
    if scope.tree.aliases and not scope.folder and scope.chance.random() < 0.4:
        block.attributes["provider"] = f"aws.{scope.chance.choice(scope.tree.aliases)}"
        block.plain["provider"] = block.attributes["provider"]
    if scope.chance.random() < 0.08:
        block.blocks.append(Block("lifecycle", (), {"create_before_destroy": "true"}))
    scope.blocks.append(block)


def add_users(scope, plan):
    """Declare users in a module, remember ways to refer to them, and perhaps make their keys over them."""
    rows = []
    size = scope.chance.choice((1, 1, 2, 3))
    for _ in range(scope.instances):
        free = [name for name in plan.pool if name.lower() not in scope.tree.declared]
        drawn = scope.chance.sample(free, min(size, len(free)))
        scope.tree.declared.update(name.lower() for name in drawn)
        rows.append(drawn)
    if not all(rows):
        return
    rows = [sorted(each) for each in rows]
    keys = rows if scope.chance.random() < 0.7 else [[f"u{place}" for place in range(len(each))] for each in rows]
    made = repeat(scope, keys, {"name": ("string", rows)})
    label = scope.make_name([f"user:{name}" for name in USER_BLOCKS])[5:]
    attributes = {**made.meta, **made.texts}
    if scope.chance.random() < 0.3:
        attributes.update(
            scope.chance.choice(({"path": '"/robots/"'}, {"force_destroy": "true"}, {"tags": '{ team = "core" }'}))
        )
    scope.blocks.append(Block("resource", ("aws_iam_user", label), attributes))
    address = f"aws_iam_user.{label}"
    _remember_users(scope, address, made.style, keys, rows)
    if scope.chance.random() < 0.65:
        _add_keys_over(scope, plan, address, made.style, keys, rows)


def _remember_users(scope, address, style, keys, rows):
    """Keep the ways to refer to declared users."""
    if style == "single" or (style == "maybe" and all(rows)):
        names = [each[0] for each in rows]
        member = address if style == "single" else f"{address}[0]"
        texts = [f"{member}.name", f"{member}.name"]
        if style == "maybe":
            texts += [
                f"one({address}[*].name)",
                f'join("", {address}.*.name)',
                f"try({address}[0].name, null)",
                f"{address}.0.name",
            ]
        for text in texts:
            scope.remember(names, "string", text)
        scope.remember(names, "string", f"{member}.id", late=True)
        scope.exports.append(("string", names, f"{member}.name"))
    elif style == "count":
        scope.remember(rows, ("list", "string"), f"{address}[*].name")
        scope.remember(rows, ("list", "string"), f"[for user in {address} : user.name]")
        scope.exports.append((("list", "string"), rows, f"{address}.*.name"))
    else:
        ordered = [[name for _, name in sorted(zip(names, each))] for names, each in zip(keys, rows)]
        maps = [dict(sorted(zip(names, each))) for names, each in zip(keys, rows)]
        scope.remember(ordered, ("list", "string"), f"values({address})[*].name")
        scope.remember(ordered, ("list", "string"), f"[for user in {address} : user.name]")
        whole = f"{{ for key, user in {address} : key => user.name }}"
        scope.remember(maps, ("map", "string"), whole)
        scope.exports.append((("map", "string"), maps, whole))
        if len(rows) == 1:
            for key, name in zip(keys[0], rows[0]):
                scope.remember([name], "string", f"{address}[{quote(key)}].name")
                scope.remember([name], "string", f"{address}[{quote(key)}].id", late=True)


def _add_keys_over(scope, plan, address, style, keys, rows):
    """A block of keys with an instance per declared user."""
    statuses = [[plan.draw_status(name) or "Active" for name in each] for each in rows]
    chance = scope.chance
    if style in {"single", "maybe"}:
        member = f"{address}.name" if style == "single" else f"{address}[0].name"
        late = chance.choice((member, member.replace(".name", ".id"), f'"${{{member}}}"', f"try({member}, null)"))
        status = scope.express([each[0] for each in statuses], "string", 2, late=True)
        return _add_block(scope, {}, {"user": late, "status": status})
    if style == "count":
        meta = {"count": chance.choice((f"length({address})", f"length({address}[*].name)"))}
        user = chance.choice(
            (
                f"{address}[count.index].name",
                f"element({address}[*].name, count.index)",
                f"{address}.*.name[count.index]",
            )
        )
        source = scope.express(statuses, ("list", "string"), 2)
        status = f"element({source}, count.index)"
        return _add_block(scope, meta, {"user": user, "status": status})
    forms = [(address, "each.value.name", "each.key"), (address, "each.value.id", "each.key")]
    forms.append((f"toset(keys({address}))", f"{address}[each.key].name", "each.value"))
    forms.append((f"{{ for k, u in {address} : k => u.name }}", "each.value", "each.key"))
    if keys == rows:
        forms += [(address, "each.key", "each.key"), (f"toset(values({address})[*].name)", "each.value", "each.key")]
        forms.append((f"{{ for u in {address} : u.name => u }}", "each.value.name", "each.key"))
    over, user, key = chance.choice(forms)
    return _add_block(
        scope, {"for_each": over}, {"user": user, "status": by_key(scope, keys, statuses, "string", key, 2)}
    )
