"""The words people read: every closed list is covered, in both languages, and the matcher's evidence too."""

import pytest

from sosach.base.decisions import Criterion, Decision, ResultClass
from sosach.base.findings import Severity
from sosach.base.registers import Register
from sosach.engine.match.levels import SHOWN
from sosach.vn import wording as words
from sosach.vn.evidence import compared, likelihood, sentences
from sosach.vn.wording import LANGS, Lang, todo

LISTS = {
    "registers": (words.REGISTERS, Register),
    "results": (words.RESULTS, ResultClass),
    "meanings": (words.RESULT_MEANINGS, ResultClass),
    "decisions": (words.DECISIONS, Decision),
    "criteria": (words.CRITERIA, Criterion),
    "criterion meanings": (words.CRITERION_MEANINGS, Criterion),
    "severities": (words.SEVERITIES, Severity),
}


@pytest.mark.parametrize("name", LISTS)
def test_closed_lists_are_covered_in_both_languages(name: str) -> None:
    table, closed = LISTS[name]
    assert set(table) == {str(member) for member in closed}
    assert all(set(entry) == set(LANGS) and all(entry.values()) for entry in table.values())


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("register", Register)
@pytest.mark.parametrize("action", words.ACTIONS)
def test_every_action_says_what_to_do(action: str, register: Register, lang: Lang) -> None:
    sentence = todo(action, register, lang)
    assert sentence.endswith(".")
    assert "{" not in sentence


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(("feature", "level"), [(f, level) for f, levels in SHOWN.items() for level in levels])
def test_every_level_of_evidence_has_a_sentence(feature: str, level: str, lang: Lang) -> None:
    (sentence,) = sentences(f"{feature}={level}", lang)
    assert sentence.endswith(".")
    assert "=" not in sentence


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(("rivals", "number"), [(0, ""), (1, "1"), (12, "12")])
def test_rivals(rivals: int, number: str, lang: Lang) -> None:
    assert number in sentences(f"rivals={rivals}", lang)[0]


def test_unknown_evidence_is_shown_not_swallowed() -> None:
    assert sentences("blood=same;id=pin", "en")[0] == "blood=same"


def test_likelihood_falls_with_the_probability() -> None:
    told = [likelihood(chance / 1000, "vi") for chance in range(1001)]
    assert len(set(told)) == 6
    assert told == sorted(told, key=list(dict.fromkeys(told)).index)


def test_nothing_compared() -> None:
    assert not compared("id=none;birth=none;place=none;rivals=3")
    assert not compared(None)
