"""Ways to write numbers and booleans: each takes a scope and a Wish, and returns text or None.

None means that the way does not fit the wanted values.
"""

from __future__ import annotations

import json

from configuration_blocks import quote
from hash_facts import FACTS


def _all(scope, value):
    return [value] * scope.instances


def _string(scope, wanted, depth):
    return scope.express(wanted, "string", depth)


def _number(scope, value, depth):
    return scope.express(_all(scope, value), "number", depth)


def _one_line(text):
    return None if "\n" in text else text


def measured_fact(scope, wish):
    """It is how long the text is that a function comes to."""
    texts = [text for text, value in FACTS.items() if all(each == len(value) for each in wish.values)]
    return f"length({scope.chance.choice(texts)})" if texts else None


def true_fact(scope, wish):
    """It is whether a function comes to what it comes to."""
    if len(set(wish.values)) > 1:
        return None
    text, value = scope.chance.choice(list(FACTS.items()))
    return f"(({text}) {'==' if wish.values[0] else '!='} {quote(value)})"


def arithmetic(scope, wish):
    """A calculation comes to it."""
    wanted, depth = wish.values, wish.depth
    value = wanted[0]
    if len(set(wanted)) > 1 or not isinstance(value, int):
        return None
    part = scope.chance.randint(0, 3)
    forms = [
        f'tonumber("{value}")',
        f"ceil({value} - 0.5)",
        f"floor({value} + 0.5)",
        f"pow({value}, 1)",
        f"({value * 2} / 2)",
        f"abs({-value})" if value >= 0 else f"-{-value}",
    ]
    if 0 <= value < 7:
        forms += [f"({value + 7 * (part + 1)} % 7)", f"length(range({value}))", f'length("{"x" * value}")']
        forms.append(f'parseint("{value:b}", 2)')
    if scope.chance.random() < 0.4:
        return scope.chance.choice(forms)
    other = scope.chance.choice((value - part, value + part, value))
    text = _number(scope, other, depth)
    if other == value:
        forms = [
            f"({text} * (true ? 1 : 0))",
            f"max({text}, {value - 1})",
            f"min({text}, {value + part})",
            f"sum([{text}])",
        ]
        forms += [f"max([{text}, {value - 2}]...)", f"({text} + 0)", f"tonumber(tostring({text}))"]
    else:
        sign = "+" if other < value else "-"
        forms = [
            f"({text} {sign} {part})",
            f"sum([{text}, {sign}{part}])".replace("+", ""),
            f"(-{part} + {text})" if sign == "-" else f"({part} + {text})",
        ]
    return scope.chance.choice(forms)


def counted(scope, wish):
    """It is the length of a list."""
    wanted, depth = wish.values, wish.depth
    if any(not 0 <= each <= 4 for each in wanted):
        return None
    names = ("blue", "green", "old", "new")
    return f"length({scope.express([list(names[:each]) for each in wanted], ('list', 'string'), depth)})"


def compared(scope, wish):
    """A comparison comes to it."""
    wanted, depth = wish.values, wish.depth
    if len(set(wanted)) > 1:
        return None
    return scope.chance.choice((_compare_text, _compare_number, _combine))(scope, wanted[0], depth)


def _compare_text(scope, value, depth):
    word = scope.chance.choice(("prod", "dev", "eu-west-1", "blue"))
    text = _string(scope, _all(scope, word), depth)
    forms = (
        f"({text} == {quote(word if value else 'other')})",
        f"({text} != {quote('other' if value else word)})",
        f"contains({json.dumps([word, 'x'] if value else ['y'])}, {text})",
        f"startswith({text}, {quote(word[:2] if value else 'no')})",
        f"endswith({text}, {quote(word[-2:] if value else 'no')})",
        f"can(regex({quote('^' + word[:1] if value else '^[0-9]+$')}, {text}))",
        f"(length({text}) {'>' if value else '=='} 0)",
        f"({text} == null ? {_write(not value)} : {_write(value)})",
        f'(({text} {"!=" if value else "=="} "") {"&&" if value else "||"} {_write(value)})',
        f"lookup({{ {word} = {_write(value)} }}, {text}, {_write(not value)})",
        f"strcontains({text}, {quote(word[1] if value else '#')})",
    )
    return _one_line(scope.chance.choice(forms))


def _compare_number(scope, value, depth):
    number = scope.chance.randrange(4)
    count = _number(scope, number, depth)
    forms = (
        f"({count} {'>' if value else '<='} {number - 1})",
        f"({count} {'<' if value else '>='} {number + 1 if value else number})",
        f"({count} {'==' if value else '!='} {number})",
        f"({count} * 2 {'==' if value else '!='} {number * 2})",
    )
    return _one_line(scope.chance.choice(forms))


def _combine(scope, value, depth):
    first = scope.express(_all(scope, value), "bool", depth)
    forms = (
        f"({first} && {_write(value)})",
        f"({first} || false)",
        f"!(!{first})",
        f"{'alltrue' if value else 'anytrue'}([{first}, {_write(value)}])",
        f'tobool("${{{first}}}")',
        f"({first} == {_write(value)}) == {_write(value)} ? {_write(value)} : {_write(not value)}" if value else first,
        f"({first} != {_write(not value)}) == true ? {_write(value)} : {_write(not value)}",
    )
    return f"({_one_line(scope.chance.choice(forms)) or _write(value)})"


def _write(value):
    return str(value).lower()
