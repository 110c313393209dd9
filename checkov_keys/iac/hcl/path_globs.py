"""The patterns of `fileset`: `*`, `**`, `?`, `[a-z]` and `{a,b}` over paths with `/`."""

from __future__ import annotations

import re

from checkov_keys.iac.hcl.errors import EvaluationError, UndecidedError

MOST_ALTERNATIVES = 200
_META = frozenset("*?[{\\")


def has_meta(text: str) -> bool:
    """Say whether a text has a character that means something in a pattern."""
    return not _META.isdisjoint(text)


def compile_glob(pattern: str) -> re.Pattern[str]:
    """Return what matches the relative paths that a pattern is for; raise EvaluationError if it is malformed."""
    segments = pattern.split("/")
    if any("{" in segment for segment in segments) and not all(
        segment.count("{") == segment.count("}") for segment in segments
    ):
        raise UndecidedError("alternatives with a slash in them are not known here")
    expression = ""
    for number, segment in enumerate(segments):
        last = number == len(segments) - 1
        if segment == "**":
            expression += "(?:[^/]+/)*[^/]+" if last else "(?:[^/]+/)*"
        else:
            expression += _translate(segment) + ("" if last else "/")
    return re.compile(f"{expression}\\Z", re.DOTALL)


def _translate(segment: str) -> str:  # noqa: C901  # a character each
    expression, position, depth = "", 0, 0
    while position < len(segment):
        character = segment[position]
        position += 1
        if character == "*":
            expression += "[^/]*" if not expression.endswith("[^/]*") else ""
        elif character == "?":
            expression += "[^/]"
        elif character == "[":
            text, position = _translate_class(segment, position)
            expression += text
        elif character == "{":
            depth += 1
            expression += "(?:"
        elif character == "}" and depth:
            depth -= 1
            expression += ")"
        elif character == "," and depth:
            expression += "|"
        elif character == "\\":
            if position == len(segment):
                raise EvaluationError("syntax error in pattern")
            expression += re.escape(segment[position])
            position += 1
        else:
            expression += re.escape(character)
    if depth or expression.count("|") > MOST_ALTERNATIVES or expression.count("[^/]*") > 8:  # noqa: PLR2004  # time
        raise UndecidedError("the pattern is not known here")
    return expression


def _translate_class(segment: str, position: int) -> tuple[str, int]:
    end = segment.find("]", position + 1)
    inside = segment[position:end]
    if end < 0 or "\\" in inside or "[" in inside:
        raise UndecidedError("the class of characters is not known here")
    negated = inside[0] in "^!"
    inside = re.sub(r"([\^&~|\[\]])", r"\\\1", inside[negated:])
    if not inside or inside.startswith("-") or inside.endswith("-"):
        raise UndecidedError("the class of characters is not known here")
    return f"(?!/)[{'^' if negated else ''}{inside}]", end + 1
