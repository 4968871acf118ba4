"""The catalogue of checks: whole, covers what is known to go wrong, and refuses entries that are not right."""

import re
from collections import Counter
from copy import deepcopy
from datetime import date

import pytest

from sosach.base.checks import Fix, LegalSource
from sosach.base.findings import Severity
from sosach.vn.catalogue import CatalogueError, build, catalogue, legal_sources, pattern_codes

LAW = {"law-1": LegalSource("law-1", "Luật", "Law", date(2024, 7, 1), None)}
PATTERNS = frozenset({"PIN_LEAD0"})
ENTRY: dict[str, object] = {
    "code": "PIN-02",
    "slug": "lost_zeros",
    "severity": "error",
    "scope": "field",
    "registers": ["population"],
    "field": "pin",
    "criterion": "clean",
    "fix": "propose",
    "legal": ["law-1"],
    "patterns": ["PIN_LEAD0"],
    "title_vi": "Mất số 0",
    "title_en": "Lost zeros",
    "explanation_vi": "“{value}” thiếu, đề xuất “{proposed}”.",
    "explanation_en": "“{value}” is short. Proposed: “{proposed}”.",
}


def _build(*changes: dict[str, object]) -> None:
    entries = [{**deepcopy(ENTRY), **change} for change in changes]
    build({"pin.toml": {"check": entries}}, legal=LAW, patterns=PATTERNS)


def test_holds_at_least_120_checks() -> None:
    assert len(catalogue()) >= 120


def test_covers_every_known_pattern_of_dirty_data() -> None:
    covered = {pattern for check in catalogue().values() for pattern in check.patterns}
    assert pattern_codes() - covered == set()


def test_is_read_once() -> None:
    assert catalogue() is catalogue()


def test_vietnamese_sentences_are_accented_and_closed() -> None:
    for check in catalogue().values():
        for text in (check.title["vi"], check.explanation["vi"]):
            assert re.search("[à-ỹđ]", text.lower()), f"{check.code} is written without marks"
        for lang in ("vi", "en"):
            assert check.explanation[lang].rstrip("”").endswith("."), check.code
            assert not check.title[lang].endswith("."), check.code
            for sentence in (check.title[lang], check.explanation[lang]):
                assert Counter(sentence)["“"] == Counter(sentence)["”"], check.code
                assert '"' not in sentence, check.code


def test_both_languages_speak_of_the_same_values() -> None:
    for check in catalogue().values():
        spoken = [set(re.findall(r"\{(\w+)\}", check.explanation[lang])) for lang in ("vi", "en")]
        assert spoken[0] == spoken[1], check.code


def test_titles_are_not_repeated() -> None:
    for lang in ("vi", "en"):
        titles = Counter((check.title[lang], check.registers) for check in catalogue().values())
        assert [title for title, count in titles.items() if count > 1] == []


def test_a_proposal_is_spoken_of_where_one_is_made() -> None:
    for check in catalogue().values():
        if "{proposed}" in check.explanation["vi"]:
            assert check.fix is not Fix.NONE, check.code


def test_only_remarks_change_form_by_themselves() -> None:
    for check in catalogue().values():
        if check.fix is Fix.AUTO:
            assert check.severity is not Severity.ERROR, check.code


def test_legal_sources_are_all_used_or_known() -> None:
    used = {source.id for check in catalogue().values() for source in check.legal}
    assert used <= set(legal_sources())


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"code": "PIN2"}, "PREFIX-NN"),
        ({"slug": "Lost zeros"}, "slug"),
        ({"severity": "bad"}, "bad"),
        ({"scope": "cell"}, "cell"),
        ({"registers": []}, "at least one register"),
        ({"registers": ["people"]}, "people"),
        ({"scope": "row", "field": "plate"}, "no column"),
        ({"criterion": "nice"}, "nice"),
        ({"fix": "guess"}, "guess"),
        ({"legal": ["law-9"]}, "law-9"),
        ({"patterns": ["PIN_NEW"]}, "PIN_NEW"),
        ({"patterns": ["PIN_LEAD0", "PIN_LEAD0"]}, "twice"),
        ({"legal": "law-1"}, "list"),
        ({"title_en": " "}, "title_en"),
        ({"explanation_vi": 3}, "explanation_vi"),
        ({"explanation_vi": "“{name}”."}, "placeholders"),
        ({"explanation_en": "“{}”."}, "placeholders"),
        ({"explanation_en": "“{value!r}”."}, "placeholders"),
        ({"explanation_en": "“{value”."}, "PIN-02"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_wrong_entry_is_refused_by_file_and_code(change: dict[str, object], fault: str) -> None:
    with pytest.raises(CatalogueError, match=re.escape(fault)) as error:
        _build(change)
    assert str(error.value).startswith("pin.toml: ")
    assert str(change.get("code", "PIN-02")) in str(error.value)


def test_missing_key_is_named() -> None:
    entry = {key: value for key, value in ENTRY.items() if key != "fix"}
    with pytest.raises(CatalogueError, match="lacks fix"):
        build({"pin.toml": {"check": [entry]}}, legal=LAW, patterns=PATTERNS)


def test_code_and_slug_stand_once() -> None:
    with pytest.raises(CatalogueError, match="code stands twice"):
        _build({}, {"slug": "other"})
    with pytest.raises(CatalogueError, match="slug 'lost_zeros' already belongs to PIN-02"):
        _build({}, {"code": "PIN-03"})


def test_file_with_something_else_is_refused() -> None:
    with pytest.raises(CatalogueError, match="nothing else"):
        build({"pin.toml": {"checks": []}}, legal=LAW, patterns=PATTERNS)


def test_right_entry_becomes_a_check() -> None:
    check = build({"pin.toml": {"check": [ENTRY]}}, legal=LAW, patterns=PATTERNS)["PIN-02"]
    assert check.legal == (LAW["law-1"],)
    assert check.title == {"vi": "Mất số 0", "en": "Lost zeros"}
