"""The benchmarks of a check in Checkov's JSON → texts such as "CIS AWS Foundations v5.0: 1.12"."""

from __future__ import annotations

from typing import Any

from checkov_keys.report.dashboard.texts import clean_text


class BenchmarkReader:
    """`read_benchmarks` for many records in a row, most of which have the same benchmarks as the one before."""

    def __init__(self) -> None:
        self._value: object = None
        self._read: tuple[str, ...] = ()

    def __call__(self, value: object) -> tuple[str, ...]:
        """Return what `read_benchmarks` returns."""
        if value != self._value:
            self._value, self._read = value, read_benchmarks(value)
        return self._read


def read_benchmarks(value: object) -> tuple[str, ...]:
    """Return the benchmarks that ask for a check, each once.

    Checkov's platform writes {benchmark: [{"name": control, "description": text}]}, others write texts in place of
    the mappings. What has any other shape is shown as it is.
    """
    if not value:
        return ()
    if not isinstance(value, dict):
        value = {"": value}
    return tuple(dict.fromkeys(text for name, controls in value.items() for text in _format_controls(name, controls)))


def _format_controls(benchmark: object, controls: object) -> list[str]:
    name = clean_text(benchmark)
    listed = controls if isinstance(controls, list) else [controls]
    named = [control for each in listed if (control := _name_control(each)) and control != name]
    return [": ".join(filter(None, (name, ", ".join(named))))] if name or named else []


def _name_control(control: Any) -> str:  # noqa: ANN401  # whatever JSON can hold
    known = isinstance(control, dict) and ("name" in control or "description" in control)
    return clean_text((control.get("name") or control.get("description")) if known else control)
