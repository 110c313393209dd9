"""Numbers as Go's `fmt` prints them: `%d`, `%x`, `%e`, `%f`, `%g` and so on."""

from __future__ import annotations

from dataclasses import dataclass

from checkov_keys.iac.hcl.binary_numbers import NegativeZero, Number, precision_of, shortest_digits, spell_exactly

_BASES = {"b": 2, "o": 8, "d": 10, "x": 16, "X": 16}
_PREFIXES = {"b": "0b", "o": "0", "x": "0x", "X": "0X"}
_DEFAULT_PRECISION = 6
_SMALLEST_PLAIN = -4


@dataclass(frozen=True)
class Verb:
    """A verb of a format string: its flags, the number that it is for (from 1), width and precision if it has them."""

    text: str
    mode: str
    argument: int
    flags: str = ""
    width: int | None = None
    precision: int | None = None


def print_integer(content: int, verb: Verb) -> str:
    """Return an integer as %b, %o, %d, %x or %X print it."""
    digits = _digits(abs(content), _BASES[verb.mode])
    digits = digits.upper() if verb.mode == "X" else digits
    if verb.precision == 0 and content == 0:
        return ""
    prefix = _PREFIXES.get(verb.mode, "") if "#" in verb.flags else ""
    digits = digits.rjust(verb.precision or 0, "0")
    zeros = "0" in verb.flags and "-" not in verb.flags and verb.precision is None
    return _pad(_sign(verb, negative=content < 0) + prefix, digits, verb, zeros=zeros)


def _digits(content: int, base: int) -> str:
    if base == 10:  # noqa: PLR2004  # decimal
        return str(content)
    return format(content, {2: "b", 8: "o", 16: "x"}[base])


def _sign(verb: Verb, *, negative: bool) -> str:
    if negative:
        return "-"
    if "+" in verb.flags:
        return "+"
    return " " if " " in verb.flags else ""


def _pad(sign: str, digits: str, verb: Verb, *, zeros: bool) -> str:
    missing = (verb.width or 0) - len(sign) - len(digits)
    if missing <= 0:
        return sign + digits
    if zeros:
        return sign + "0" * missing + digits
    if "-" in verb.flags:
        return sign + digits + " " * missing
    return " " * missing + sign + digits


def print_number(content: Number, verb: Verb) -> str:
    """Return a number as %e, %E, %f, %g or %G print it."""
    negative = content < 0 or isinstance(content, NegativeZero)
    digits = print_digits(content, verb.mode, verb.precision)
    return _pad(_sign(verb, negative=negative), digits, verb, zeros="0" in verb.flags)


def print_digits(content: Number, mode: str, precision: int | None) -> str:
    """Return the digits of a number, without its sign, in the manner of a mode (`e`, `E`, `f`, `g`, `G`)."""
    content = -content if content < 0 else content
    shortest = precision is None and mode in "gG"
    if precision is None:
        precision = _DEFAULT_PRECISION
    if content == 0:
        digits, point = "", 0
    elif shortest:
        digits, point = shortest_digits(content, precision_of(content))
    else:
        digits, point = spell_exactly(content)
    if mode == "f":
        return _print_plain(*_round(digits, point, point + precision), precision)
    if mode in "eE":
        return _print_exponent(*_round(digits, point, 1 + precision), precision, mode)
    return _print_either(digits, point, None if shortest else precision or 1, mode)


def _print_either(digits: str, point: int, precision: int | None, mode: str) -> str:
    if precision is None:
        precision, limit = len(digits), _DEFAULT_PRECISION
    else:
        digits, point = _round(digits, point, precision)
        limit = len(digits) if precision > len(digits) >= point else precision
    if point - 1 < _SMALLEST_PLAIN or point - 1 >= limit:
        size = min(precision, len(digits)) if digits else precision
        return _print_exponent(digits, point, max(size - 1, 0), "e" if mode == "g" else "E")
    return _print_plain(digits, point, max(len(digits) - point, 0))


def _round(digits: str, point: int, size: int) -> tuple[str, int]:
    if size < 0 or size >= len(digits):
        return digits, point
    halfway = digits[size] == "5" and size + 1 == len(digits)
    up = (size > 0 and int(digits[size - 1]) % 2 == 1) if halfway else digits[size] >= "5"
    head = digits[:size]
    if up:
        raised = str(int(head or "0") + 1)
        point += len(raised) - len(head)
        head = raised
    head = head.rstrip("0")
    return (head, point) if head else ("", 0)


def _print_plain(digits: str, point: int, precision: int) -> str:
    whole = digits[:point].ljust(point, "0") if point > 0 else "0"
    if not precision:
        return whole
    part = digits[point:] if point > 0 else "0" * -point + digits
    return f"{whole}.{part[:precision].ljust(precision, '0')}"


def _print_exponent(digits: str, point: int, precision: int, letter: str) -> str:
    exponent = point - 1 if digits else 0
    first, rest = (digits[:1] or "0"), digits[1 : 1 + precision].ljust(precision, "0")
    power = f"{letter}{'-' if exponent < 0 else '+'}{abs(exponent):02}"
    return f"{first}.{rest}{power}" if precision else first + power
