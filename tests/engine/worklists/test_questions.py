"""The questions of the work lists: each check in one of them at most, none for a check that does not exist."""

from collections import Counter

from sosach.base.findings import Severity
from sosach.engine.worklists.questions import numbered, question, questions
from sosach.vn.catalogue import catalogue


def test_questions_are_of_known_checks_and_asked_once() -> None:
    codes = Counter(code for entry in questions().values() for code in entry.codes)
    assert set(codes) <= set(catalogue())
    assert [code for code, count in codes.items() if count > 1] == []


def test_questions_are_short_and_in_both_languages() -> None:
    for name, entry in questions().items():
        for text in entry.text.values():
            assert 10 < len(text) <= 95, name
            assert text[-1] in "?.)", name


def test_remarks_have_no_question() -> None:
    infos = {code for code, check in catalogue().items() if check.severity is Severity.INFO}
    assert infos & {code for entry in questions().values() for code in entry.codes} == set()


def test_a_check_without_a_question_is_asked_by_its_title() -> None:
    unasked = next(code for code, check in catalogue().items() if check.severity is Severity.INFO)
    assert question(unasked) == catalogue()[unasked].title
    assert question("ZZZ-99") == {"vi": "ZZZ-99", "en": "ZZZ-99"}


def test_checks_that_ask_the_same_share_a_number() -> None:
    texts, numbers = numbered(["MIS-14", "PIN-01", "PIN-02", "ZZZ-99"])
    assert numbers["PIN-01"] == numbers["PIN-02"] == 0
    assert numbers["MIS-14"] == 1
    assert texts[numbers["ZZZ-99"]] == "ZZZ-99"
    assert len(texts) == 3
