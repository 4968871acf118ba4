"""Serials of blanks as people type them: one by one, or a range by its ends."""

import re
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MOST: Final = 5_000
_SERIAL = re.compile(r"([A-Z]{2})([0-9]{14})")
_BREAK = re.compile(r"[\s,;]+")


def read_serials(text: str) -> list[str]:
    """Serials of a text, each once, in their order.

    >>> read_serials("VN00000000000007, VN00000000000001-VN00000000000003")
    ['VN00000000000001', 'VN00000000000002', 'VN00000000000003', 'VN00000000000007']

    Raises:
        ValueError: something is no serial or no range, or they are too many; the text of it is the argument.
    """
    found: set[str] = set()
    joined = re.sub(r"\s*[-–]\s*", "-", text.strip().upper())
    for part in filter(None, _BREAK.split(joined)):
        first, dash, last = part.partition("-")
        begin, end = _SERIAL.fullmatch(first), _SERIAL.fullmatch(last if dash else first)
        if begin is None or end is None or begin[1] != end[1]:
            raise ValueError(part[:40])
        numbers = range(int(begin[2]), int(end[2]) + 1)
        if not numbers or len(numbers) + len(found) > MOST:
            raise ValueError(part[:40])
        found.update(f"{begin[1]}{number:014}" for number in numbers)
    return sorted(found)


class SerialsField(forms.CharField):
    """Serials of blanks; gives a list."""

    widget = forms.Textarea(attrs={"rows": "2", "autocomplete": "off", "class": "mono"})

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 20_000)
        super().__init__(**kwargs)

    def clean(self, value: Any) -> list[str]:
        """Read them.

        Raises:
            ValidationError: something is no serial.
        """
        try:
            return read_serials(str(super().clean(value)))
        except ValueError as fault:
            raise ValidationError(
                _("Không phải số phôi, hoặc dải số quá dài: %(told)s. Ví dụ: VN00000000000001-VN00000000000010.")
                % {"told": fault},
                code="invalid",
            ) from fault
