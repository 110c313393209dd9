"""What real configurations hold beside modules, users and keys: providers, override files, moves, requirements."""

from __future__ import annotations

from configuration_blocks import Block, quote, write_block

ACCOUNTS = (
    {"assume_role": "arn:aws:iam::123456789012:role/deploy"},
    {"assume_role": "arn:aws:iam::210987654321:role/deploy"},
    {"profile": "sandbox"},
    {"region": "us-east-1"},
    {"region": "us-west-2", "max_retries": 3},
    {"allowed_account_ids": "444455556666"},
)


def add_providers(root):
    """Declare provider configurations: none, one, or several with aliases."""
    chance = root.chance
    if chance.random() < 0.4:
        return
    root.blocks.append(Block("provider", ("aws",), {"region": '"eu-west-1"'}))
    if chance.random() < 0.2:
        root.tree.aliases = ("other", "second")[: chance.randint(1, 2)]
        for alias in root.tree.aliases:
            root.blocks.append(_write_alias(alias, chance.choice(ACCOUNTS)))


def _write_alias(alias, settings):
    block = Block("provider", ("aws",), {"alias": quote(alias)})
    for name, value in settings.items():
        if name == "assume_role":
            block.blocks.append(Block("assume_role", (), {"role_arn": quote(value)}))
        elif name == "allowed_account_ids":
            block.attributes[name] = f"[{quote(value)}]"
        else:
            block.attributes[name] = quote(value) if isinstance(value, str) else str(value)
    return block


def add_company(scope):
    """Add what stands beside keys in real configurations and decides nothing."""
    chance = scope.chance
    if (scope.folder and scope.tree.aliases) or chance.random() < 0.2:
        source = Block("required_providers", (), {"aws": '{\n      source = "hashicorp/aws"\n    }'})
        scope.blocks.append(Block("terraform", (), {"required_version": '">= 1.3"'}, [source]))
    first = next(iter(_list_keys(scope)), None)
    if first and not {"count", "for_each"} & set(first.attributes):
        address = ".".join(first.labels)
        if chance.random() < 0.15:
            scope.blocks.append(Block("output", ("secret",), {"value": f"{address}.secret", "sensitive": "true"}))
        if chance.random() < 0.06:
            scope.blocks.append(Block("moved", (), {"from": "aws_iam_access_key.former", "to": address}))
    if chance.random() < 0.05:
        kept = Block("lifecycle", (), {"destroy": "false"})
        scope.blocks.append(Block("removed", (), {"from": "aws_iam_access_key.gone"}, [kept]))
    if chance.random() < 0.2:
        scope.blocks.append(Block("resource", ("aws_iam_group", f"g{scope.tree.number()}"), {"name": '"readers"'}))


def write_overrides(scope):
    """Sometimes move values of blocks into an override file ({path: text}), with others in their place."""
    chance = scope.chance
    if chance.random() > 0.12:
        return {}
    extra = [_override_key(scope), _override_local(scope)]
    extra = [block for block in extra if block]
    if not extra:
        return {}
    name = scope.folder + chance.choice(("override.tf", "keys_override.tf"))
    return {name: "".join(write_block(block, chance) for block in extra)}


def _override_key(scope):
    blocks = _list_keys(scope)
    if not blocks or scope.chance.random() < 0.3:
        return None
    block = scope.chance.choice(blocks)
    name = scope.chance.choice([each for each in ("user", "status") if each in block.attributes])
    extra = Block("resource", block.labels, {name: block.attributes[name]})
    if name == "status" and scope.chance.random() < 0.4:
        del block.attributes[name]
    else:
        block.attributes[name] = scope.chance.choice(('"Inactive"', '"Active"')) if name == "status" else '"nobody"'
    return extra


def _override_local(scope):
    if not scope.locals or scope.chance.random() < 0.5:
        return None
    name = scope.chance.choice(sorted(scope.locals))
    text, scope.locals[name] = scope.locals[name], scope.chance.choice(('"nobody"', "[]", "null"))
    return Block("locals", (), {name: text})


def _list_keys(scope):
    return [block for block in scope.blocks if block.labels[:1] == ("aws_iam_access_key",)]
