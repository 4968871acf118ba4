"""Tables of what a standard asks: each line a test, or the reason why it cannot be; rendered as a page."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Generic, TypeVar
from urllib.parse import quote

import jsonschema_rs
import pytest
import yaml
from tests.conformance import frame

World = TypeVar("World")


@dataclass(frozen=True)
class Table(Generic[World]):
    """What one standard asks.

    Attributes:
        title: of the standard.
        source: what the lines come from.
        checks: line → its test.
        reasons: line → why it is answered otherwise.
    """

    title: str
    source: str
    checks: dict[str, Callable[[World], None]] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)

    def line(self, text: str, *, but: str = "") -> Callable[[Callable[[World], None]], Callable[[World], None]]:
        """A line of the table.

        Args:
            text: what is asked.
            but: why it is answered otherwise than asked; the test then holds how.
        """

        def noted(check: Callable[[World], None]) -> Callable[[World], None]:
            assert text not in self.checks
            self.checks[text] = check
            if but:
                self.reasons[text] = but
            return check

        return noted

    def counted(self) -> str:
        """How many lines there are, in a line."""
        passed = len(self.checks) - len(self.reasons)
        return f"{self.title}: {passed} of {len(self.checks)} pass, {len(self.reasons)} answered otherwise for a reason"

    def rendered(self) -> str:
        """The table as a part of a page."""
        lines = [f"## {self.title}", "", self.source, "", "| What is asked | Answer |", "|---|---|"]
        lines += [f"| {text} | {self.reasons.get(text, 'pass')} |" for text in self.checks]
        return "\n".join([*lines, "", f"{self.counted()}.", ""])


@cache
def document(folder: str, name: str) -> dict[str, Any]:
    """A file of a standard; nothing where it is absent: behaviour is held all the same, forms are not."""
    file: Path = frame.SPECS / folder / name
    if not file.is_file():
        return {}
    told: dict[str, Any] = yaml.safe_load(file.read_text("utf-8"))
    return told


def skip_if_absent(told: Mapping[str, Any]) -> None:
    """Say plainly that answers were held against no form."""
    if not told:
        pytest.skip("the file of the standard is not here, answers were held against no form: set SOSACH_SPECS")


def require_document(folder: str, name: str) -> dict[str, Any]:
    """A file of a standard; where it is absent, the module is skipped."""
    if not (frame.SPECS / folder / name).is_file():
        pytest.skip(f"{folder}/{name} is not here: set SOSACH_SPECS to run it", allow_module_level=True)
    return document(folder, name)


def fits(told: Mapping[str, Any], place: tuple[str, ...], content: Any) -> None:
    """Hold something against the schema that stands at a place of a file."""
    if not told:
        return
    pointer = "#/" + "/".join(quote(part.replace("~", "~0").replace("/", "~1"), safe="~") for part in place)
    plain = json.loads(json.dumps(told, default=str))  # dates of examples as text
    jsonschema_rs.Draft202012Validator({**plain, "$ref": pointer}).validate(content)
