"""What to ask because of a finding: short questions in `vn/data/questions.toml`, many checks to one question."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from sosach.vn.catalogue import catalogue
from sosach.vn.wording import Words

WORD: Final = 60
"""Bits of one whole number that are used for questions."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question by language, and the checks that raise it."""

    text: Words
    codes: tuple[str, ...]


@cache
def questions() -> dict[str, Question]:
    """Every question by its id, in the order they are asked.

    >>> "vi" in next(iter(questions().values())).text
    True
    """
    content = tomllib.loads((files("sosach.vn") / "data" / "questions.toml").read_text("utf-8"))
    return {
        entry["id"]: Question({"vi": entry["vi"], "en": entry["en"]}, tuple(entry["codes"]))
        for entry in content["question"]
    }


@cache
def _by_code() -> dict[str, Words]:
    return {code: question.text for question in questions().values() for code in question.codes}


def question(code: str) -> Words:
    """Give the question a finding raises; the title of the check when nobody wrote one, the code when there is no check."""
    check = catalogue().get(code)
    return _by_code().get(code) or (check.title if check else {"vi": code, "en": code})


def numbered(codes: list[str]) -> tuple[list[str], dict[str, int]]:
    """Number the questions of some checks: their Vietnamese texts in the order of asking, and the number for each code.

    Checks that raise the same question share its number, so that it is asked once.
    """
    order = list(dict.fromkeys(question.text["vi"] for question in questions().values()))
    texts = {code: question(code)["vi"] for code in codes}
    known = [text for text in order if text in set(texts.values())]
    rest = sorted(set(texts.values()) - set(known))
    places = {text: number for number, text in enumerate(known + rest)}
    return known + rest, {code: places[text] for code, text in texts.items()}
