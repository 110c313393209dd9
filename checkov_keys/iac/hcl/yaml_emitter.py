"""YAML as Terraform writes it: PyYAML's emitter, but for what Go's does in another way."""

from __future__ import annotations

from functools import lru_cache
from io import StringIO
from typing import Any, Callable

from checkov_keys.iac.hcl.binary_numbers import format_number
from checkov_keys.iac.hcl.errors import UndecidedError
from checkov_keys.iac.hcl.values import Value, string

LONGEST_KEY = 128
_COST_OF_NODE = 100
_LAST_PLAIN = "\ufffd"
_BYTE_ORDER_MARK = "\ufeff"


def encode_yaml(value: Value, spend: Callable[[int], None]) -> str:
    """Return a wholly known value as YAML; raise UndecidedError for what Go writes in a way that is not known here."""
    import yaml  # noqa: PLC0415  # most expressions need none

    events = [yaml.StreamStartEvent(), yaml.DocumentStartEvent(explicit=False)]
    _add_events(value, events, yaml, spend)
    events += [yaml.DocumentEndEvent(explicit=False), yaml.StreamEndEvent()]
    stream = StringIO()
    emitter = _emitter_class()(stream, allow_unicode=True)
    try:
        for event in events:
            emitter.emit(event)
    except yaml.YAMLError as error:
        raise UndecidedError(f"cannot be written as YAML here: {error}") from error
    return stream.getvalue()


def _add_events(value: Value, events: list[Any], yaml: Any, spend: Callable[[int], None]) -> None:  # noqa: ANN401
    spend(_COST_OF_NODE)
    content = value.content
    if isinstance(content, dict):
        events.append(yaml.MappingStartEvent(None, None, implicit=True, flow_style=False))
        for key, member in content.items():
            _add_events(string(key), events, yaml, spend)
            _add_events(member, events, yaml, spend)
        events.append(yaml.MappingEndEvent())
    elif isinstance(content, tuple):
        events.append(yaml.SequenceStartEvent(None, None, implicit=True, flow_style=False))
        for member in content:
            _add_events(member, events, yaml, spend)
        events.append(yaml.SequenceEndEvent())
    elif isinstance(content, str):
        if _BYTE_ORDER_MARK in content:
            raise UndecidedError("how Go writes a byte order mark is not known here")
        spend(20 * len(content))
        literal = "\n" in content and max(content) <= _LAST_PLAIN
        events.append(yaml.ScalarEvent(None, None, (True, True), content, style="|" if literal else '"'))
    else:
        events.append(yaml.ScalarEvent(None, None, (True, True), _spell(content)))


def _spell(content: Any) -> str:  # noqa: ANN401  # null, a bool or a number
    if content is None:
        return "null"
    if isinstance(content, bool):
        return "true" if content else "false"
    return format_number(content)


@lru_cache(maxsize=1)
def _emitter_class() -> Any:  # noqa: ANN401, C901  # PyYAML is imported late
    """Return the emitter that breaks long texts, and tells simple keys from others, as Go does."""
    from yaml.emitter import Emitter  # noqa: PLC0415  # most expressions need none
    from yaml.events import ScalarEvent  # noqa: PLC0415  # as above

    class GoEmitter(Emitter):
        def check_empty_document(self) -> bool:
            return False

        def check_simple_key(self) -> bool:
            if not isinstance(self.event, ScalarEvent):
                return bool(super().check_simple_key())
            self.analysis = self.analysis or self.analyze_scalar(self.event.value)
            return len(self.event.value.encode()) <= LONGEST_KEY and not self.analysis.multiline

        def write_literal(self, text: str) -> None:
            super().write_literal(text)
            self.open_ended = False

        def write_double_quoted(self, text: str, split: bool = True) -> None:  # noqa: FBT001, FBT002  # as PyYAML's
            self.write_indicator('"', True)  # noqa: FBT003  # as PyYAML has it
            spaces = False
            for place, character in enumerate(text):
                if character != " ":
                    escaped = character if self._is_plain(character) else _escape(character)
                    self.stream.write(escaped)
                    self.column += len(escaped)
                    spaces = False
                    continue
                if split and not spaces and self.column > self.best_width and 0 < place < len(text) - 1:
                    self.write_indent()
                    if text[place + 1] == " ":
                        self.stream.write("\\")
                        self.column += 1
                else:
                    self.stream.write(" ")
                    self.column += 1
                spaces = True
            self.write_indicator('"', False)  # noqa: FBT003  # as above

        @staticmethod
        def _is_plain(character: str) -> bool:
            if character in '"\\\x85\u2028\u2029\ufeff':
                return False
            return " " <= character <= "~" or "\xa0" <= character <= _LAST_PLAIN

    return GoEmitter


_NAMES = {
    "\0": "0", "\a": "a", "\b": "b", "\t": "t", "\n": "n", "\v": "v", "\f": "f", "\r": "r", "\x1b": "e", '"': '"',
    "\\": "\\", "\x85": "N", "\xa0": "_", "\u2028": "L", "\u2029": "P",
}  # fmt: skip


def _escape(character: str) -> str:
    name = _NAMES.get(character)
    if name is not None:
        return f"\\{name}"
    code = ord(character)
    if code <= 0xFF:  # noqa: PLR2004  # two digits
        return f"\\x{code:02X}"
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"  # noqa: PLR2004  # four digits
