"""The catalogue of checks: reads `data/checks/*.toml` and `data/legal.toml`, and refuses an entry that is not whole."""

import csv
import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from string import Formatter

from sosach.base.checks import Check, Fix, LegalSource, Scope
from sosach.base.decisions import Criterion
from sosach.base.findings import Severity
from sosach.base.registers import COLUMNS, Register, column_names

PLACEHOLDERS = frozenset({"value", "proposed", "other"})
LANGUAGES = ("vi", "en")

_DATA = files("sosach.vn") / "data"
_CODE = re.compile(r"[A-Z]{3}-\d{2,3}")
_SLUG = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
_NO_CRITERION = "none"
_TEXT_KEYS = ("code", "slug", "severity", "scope", "field", "criterion", "fix")
_LIST_KEYS = ("registers", "legal", "patterns")
_SENTENCE_KEYS = tuple(f"{kind}_{lang}" for kind in ("title", "explanation") for lang in LANGUAGES)
_KEYS = frozenset((*_TEXT_KEYS, *_LIST_KEYS, *_SENTENCE_KEYS))


class CatalogueError(ValueError):
    """An entry of the catalogue that is wrong; the message names file, code and fault."""

    def __init__(self, file: str, entry: str, fault: str) -> None:
        super().__init__(f"{file}: {entry}: {fault}")


@cache
def catalogue() -> dict[str, Check]:
    """Every check by its code, in the order of the codes.

    Raises:
        CatalogueError: an entry is wrong.
    """
    tables = {
        entry.name: tomllib.loads(entry.read_text(encoding="utf-8"))
        for entry in sorted(_toml_files(_DATA / "checks"), key=lambda file: file.name)
    }
    return build(tables, legal=legal_sources(), patterns=pattern_codes())


@cache
def legal_sources() -> dict[str, LegalSource]:
    """Every legal text and standard by its id.

    Raises:
        CatalogueError: a source is wrong or stands twice.
    """
    sources: dict[str, LegalSource] = {}
    for raw in tomllib.loads((_DATA / "legal.toml").read_text(encoding="utf-8"))["source"]:
        source = _legal_source(raw)
        if source.id in sources:
            raise CatalogueError("legal.toml", source.id, "stands twice")
        sources[source.id] = source
    return sources


@cache
def pattern_codes() -> frozenset[str]:
    """Codes of the known patterns of dirty data (`dirty_patterns.csv`)."""
    with (_DATA / "dirty_patterns.csv").open(encoding="utf-8") as lines:
        return frozenset(row["code"] for row in csv.DictReader(lines))


def build(
    tables: Mapping[str, Mapping[str, object]], *, legal: Mapping[str, LegalSource], patterns: frozenset[str]
) -> dict[str, Check]:
    """Turn parsed TOML files into checks, refusing what is not whole.

    Args:
        tables: file name → its parsed content, `{"check": [entry, …]}`.
        legal: known legal sources by id.
        patterns: known codes of dirty-data patterns.

    Raises:
        CatalogueError: an entry is wrong, or a code or slug stands twice.
    """
    checks: dict[str, Check] = {}
    slugs: dict[str, str] = {}
    for file, table in tables.items():
        for raw in _entries(file, table):
            check = _check(file, raw, legal=legal, patterns=patterns)
            if check.code in checks:
                raise CatalogueError(file, check.code, "code stands twice")
            if check.slug in slugs:
                raise CatalogueError(file, check.code, f"slug {check.slug!r} already belongs to {slugs[check.slug]}")
            checks[check.code], slugs[check.slug] = check, check.code
    return dict(sorted(checks.items()))


def _toml_files(folder: Traversable) -> Iterable[Traversable]:
    return (entry for entry in folder.iterdir() if entry.name.endswith(".toml"))


def _entries(file: str, table: Mapping[str, object]) -> list[Mapping[str, object]]:
    entries = table.get("check")
    if set(table) != {"check"} or not isinstance(entries, list) or not all(isinstance(e, dict) for e in entries):
        raise CatalogueError(file, "file", "must hold [[check]] entries and nothing else")
    return entries


def _check(
    file: str, raw: Mapping[str, object], *, legal: Mapping[str, LegalSource], patterns: frozenset[str]
) -> Check:
    entry = str(raw.get("code", "entry without code"))
    try:
        _refuse_wrong_shape(raw)
        text = {key: str(raw[key]) for key in (*_TEXT_KEYS, *_SENTENCE_KEYS)}
        lists = {key: _texts(raw, key) for key in _LIST_KEYS}
        _refuse_wrong_words(text, lists, legal=legal, patterns=patterns)
        return Check(
            code=text["code"],
            slug=text["slug"],
            severity=Severity(text["severity"]),
            scope=Scope(text["scope"]),
            registers=tuple(Register(name) for name in lists["registers"]),
            field=text["field"],
            criterion=None if text["criterion"] == _NO_CRITERION else Criterion(text["criterion"]),
            title={lang: text[f"title_{lang}"] for lang in LANGUAGES},
            explanation={lang: text[f"explanation_{lang}"] for lang in LANGUAGES},
            fix=Fix(text["fix"]),
            legal=tuple(legal[source] for source in lists["legal"]),
            patterns=lists["patterns"],
        )
    except ValueError as fault:
        raise CatalogueError(file, entry, str(fault)) from fault


def _refuse_wrong_shape(raw: Mapping[str, object]) -> None:
    if missing := sorted(_KEYS - set(raw)):
        raise ValueError(f"lacks {', '.join(missing)}")
    if unknown := sorted(set(raw) - _KEYS):
        raise ValueError(f"has unknown keys {', '.join(unknown)}")
    for key in (*_TEXT_KEYS, *_SENTENCE_KEYS):
        value = raw[key]
        if not isinstance(value, str) or not value.strip():
            raise ValueError(f"{key} must be a text that is not empty")


def _refuse_wrong_words(
    text: Mapping[str, str],
    lists: Mapping[str, tuple[str, ...]],
    *,
    legal: Mapping[str, LegalSource],
    patterns: frozenset[str],
) -> None:
    if not _CODE.fullmatch(text["code"]):
        raise ValueError("code must be PREFIX-NN")
    if not _SLUG.fullmatch(text["slug"]):
        raise ValueError(f"slug {text['slug']!r} must be lower_case_words")
    if not lists["registers"]:
        raise ValueError("registers must name at least one register")
    _refuse_unknown("legal sources", lists["legal"], legal)
    _refuse_unknown("dirty-data patterns", lists["patterns"], patterns)
    _refuse_wrong_field(text, lists["registers"])
    for key in _SENTENCE_KEYS:
        _refuse_unknown(f"placeholders in {key}", _placeholders(text[key]), PLACEHOLDERS)


def _refuse_wrong_field(text: Mapping[str, str], registers: tuple[str, ...]) -> None:
    """Checks of rows, sets and registers against each other speak of a canonical column; field checks of a kind."""
    columns = {name for register in registers if register in COLUMNS for name in column_names(Register(register))}
    if text["scope"] != Scope.FIELD and text["field"] not in columns:
        raise ValueError(f"field {text['field']!r} is no column of {', '.join(registers)}")


def _refuse_unknown(what: str, given: Iterable[str], known: Iterable[str]) -> None:
    if unknown := sorted(set(given) - set(known)):
        raise ValueError(f"unknown {what}: {', '.join(unknown)}")


def _placeholders(sentence: str) -> set[str]:
    """Names between braces; `{}` and `{value!r}` are none of ours and come back as they are written."""
    return {
        f"{name}{'!' + conversion if conversion else ''}{':' + form if form else ''}"
        for _, name, form, conversion in Formatter().parse(sentence)
        if name is not None
    }


def _texts(raw: Mapping[str, object], key: str) -> tuple[str, ...]:
    values = raw[key]
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise ValueError(f"{key} must be a list of texts")
    if len(set(values)) != len(values):
        raise ValueError(f"{key} names something twice")
    return tuple(values)


def _legal_source(raw: Mapping[str, object]) -> LegalSource:
    entry = str(raw.get("id", "source without id"))
    if unknown := sorted(set(raw) - {"id", "vi", "en", "valid_from", "valid_to"}):
        raise CatalogueError("legal.toml", entry, f"has unknown keys {', '.join(unknown)}")
    for key in ("id", *LANGUAGES):
        if not str(raw.get(key, "")).strip():
            raise CatalogueError("legal.toml", entry, f"{key} must be a text that is not empty")
    first, last = (_day(raw, entry, key) for key in ("valid_from", "valid_to"))
    if first and last and last < first:
        raise CatalogueError("legal.toml", entry, "ends before it begins")
    return LegalSource(id=entry, vi=str(raw["vi"]), en=str(raw["en"]), valid_from=first, valid_to=last)


def _day(raw: Mapping[str, object], entry: str, key: str) -> date | None:
    value = raw.get(key)
    if value is not None and not isinstance(value, date):
        raise CatalogueError("legal.toml", entry, f"{key} must be a date")
    return value
