"""Bodies in JSON from other systems: only what can be kept and sent on."""

import json
from typing import Any


def read_json(body: bytes) -> Any:
    """What a body says.

    >>> read_json(b'{"a": 1}')
    {'a': 1}

    Raises:
        ValueError: it is no JSON, or holds what neither the database nor a line can carry: NaN, NUL, halves of letters.
    """
    try:
        told = json.loads(body, parse_constant=_no_number)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if "\\u0000" in json.dumps(told, ensure_ascii=False).encode().decode():
        raise ValueError("a text with NUL")
    return told


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is no number of JSON")
