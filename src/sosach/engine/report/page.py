"""Writes the report: one page in two languages that opens offline, from figures, charts, masked examples and the manifest."""

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache, partial
from importlib.resources import files
from operator import attrgetter
from pathlib import Path
from typing import Any, Final

import duckdb
from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from sosach.base.decisions import Criterion, Decision
from sosach.base.registers import COLUMNS, Register
from sosach.engine.report import story
from sosach.engine.report.charts import Part, bar, columns, in_words, stacked
from sosach.engine.report.figures import (
    AGE_EDGES,
    NOTHING,
    OWNER_EDGES,
    PROBABILITY_EDGES,
    UNSTATED,
    Figures,
    RegisterFigures,
    RuleFigures,
    UnitFigures,
    collect,
)
from sosach.engine.report.masking import mask
from sosach.engine.report.numbers import day, decimal, grouped, percent
from sosach.engine.report.units import UNKNOWN
from sosach.vn import wording as words
from sosach.vn.wording import LANGS, Lang

REPORT: Final = "report.html"
WORST: Final = 15
"""Communes in each of the two lists of the worst."""

FEW: Final = 20
"""Records a commune needs to stand in the list by share: two open of three say nothing."""


def write_report(con: duckdb.DuckDBPyConnection, run: Path, manifest: Mapping[str, Any], *, lang: Lang = "vi") -> Path:
    """Write `report.html` into the folder of a finished run.

    Args:
        con: any connection; nothing is left behind in it.
        run: folder of a finished run.
        manifest: what `manifest.json` holds, or will hold.
        lang: the language shown first; the other is one click away.

    Returns:
        The page.
    """
    as_of = date.fromisoformat(str(manifest["as_of"])[:10])
    figures = collect(con, run, year=as_of.year)
    path = run / REPORT
    part = path.with_name(REPORT + ".part")
    part.write_text(render(figures, manifest, as_of=as_of, lang=lang), "utf-8")
    part.replace(path)
    return path


def render(figures: Figures, manifest: Mapping[str, Any], *, as_of: date, lang: Lang = "vi") -> str:
    """Render the page from figures already counted."""
    environment = _environment()
    article = environment.get_template("article.html")
    articles = {
        each: Markup(article.render(_context(figures, manifest, as_of, each)))  # noqa: S704  # nosec B704  # rendered with autoescape
        for each in LANGS
    }
    script = _asset("page.js").strip()
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return environment.get_template("page.html").render(
        articles=articles,
        lang=lang,
        as_of=day(as_of.isoformat()),
        style=Markup(_asset("style.css")),  # noqa: S704  # nosec B704  # our own file
        script=Markup(script),  # noqa: S704  # nosec B704  # our own file
        digest=digest,
    )


@cache
def _environment() -> Environment:
    return Environment(
        autoescape=True,
        loader=FunctionLoader(_asset),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _asset(name: str) -> str:
    return (files("sosach.engine.report") / name).read_text("utf-8")


def _context(figures: Figures, manifest: Mapping[str, Any], as_of: date, lang: Lang) -> dict[str, Any]:
    """Everything the article needs, in one language."""
    registers = list(figures.registers.values())
    return {
        "lang": lang,
        "t": {"vi": lambda vi, _: vi, "en": lambda _, en: en}[lang],
        "n": partial(grouped, lang=lang),
        "p": partial(percent, lang=lang),
        "dec": partial(decimal, lang=lang),
        "bar": bar,
        "as_of": day(as_of.isoformat()),
        "version": manifest.get("sosach", ""),
        "registers": registers,
        "words": words,
        "label": lambda table, key: _label(table, key, lang),
        "messages": story.messages(figures, lang),
        "results": [(numbers, _result_bar(numbers, lang)) for numbers in registers],
        "criteria": list(Criterion),
        "actions": [key for key in words.ACTIONS if any(numbers.actions.get(key) for numbers in registers)],
        "chances": _chances(registers, lang),
        "chance_chart": _chance_chart(registers, lang),
        "worst_by_count": _worst(figures.units, by_share=False),
        "worst_by_share": _worst(figures.units, by_share=True),
        "provinces": _provinces(figures.units, lang),
        "unit": partial(story.unit_name, lang=lang),
        "province": partial(story.province_name, lang=lang),
        "title": partial(story.rule_title, lang=lang),
        "rules": figures.rules,
        "examples": lambda rule: _examples(rule, lang),
        "mask": mask,
        "duplicates": figures.duplicates,
        **_fleet(figures, lang),
        "balances": story.balances(figures, manifest),
        "stages": story.stages(manifest),
        "sources": story.sources(manifest),
        "NOTHING": NOTHING,
        "UNKNOWN": UNKNOWN,
        "Decision": Decision,
    }


def _fleet(figures: Figures, lang: Lang) -> dict[str, Any]:
    """What the section on owners and age of vehicles needs."""
    return {
        "vehicles": figures.registers.get(Register.VEHICLES),
        "owners": figures.owners,
        "owner_classes": list(zip(_classes(OWNER_EDGES, lang), figures.owners.classes, strict=True)),
        "age_classes": list(zip(_classes(AGE_EDGES, lang), figures.ages, strict=True)),
        "ages_unknown": figures.ages_unknown,
    }


def _label(table: Mapping[str, words.Words], key: str, lang: Lang) -> str:
    if key == UNSTATED:
        return {"vi": "Không nêu", "en": "Not stated"}[lang]
    return table[key][lang]


def _examples(rule: RuleFigures, lang: Lang) -> list[tuple[str, str, str]]:
    """Mask the examples of a rule: column, value, proposal; those that look alike are shown once."""
    empty = {"vi": "(trống)", "en": "(empty)"}[lang]
    shown = [
        (
            _column(rule.register, example.field, lang),
            mask(example.field or "", example.value) or empty,
            mask(example.field or "", example.proposed),
        )
        for example in rule.examples
        if example.value or example.proposed
    ]
    return list(dict.fromkeys(shown))


def _column(register: Register, name: str | None, lang: Lang) -> str:
    found = next((column for column in COLUMNS[register] if column.name == name), None)
    return (found.vi if lang == "vi" else found.en) if found else name or ""


def _result_bar(numbers: RegisterFigures, lang: Lang) -> Markup:
    parts = [Part(_label(words.RESULTS, key, lang), size, key or "unstated") for key, size in numbers.results.items()]
    said = in_words(parts, [percent(part.size, numbers.rows, lang) for part in parts])
    return stacked(parts, label=f"{words.REGISTERS[numbers.register][lang]}: {said}")


def _chances(registers: Sequence[RegisterFigures], lang: Lang) -> list[tuple[str, int, int]]:
    """Records by class of probability: its words, linked, for review; persons matched with themselves left out."""
    matched = [numbers for numbers in registers if numbers.register is not Register.POPULATION]
    return [
        (
            label,
            sum(numbers.probabilities[number].get(Decision.LINK, 0) for numbers in matched),
            sum(numbers.probabilities[number].get(Decision.REVIEW, 0) for numbers in matched),
        )
        for number, label in enumerate(_chance_labels(lang))
    ]


def _chance_labels(lang: Lang) -> list[str]:
    def cent(edge: float) -> str:
        text = f"{edge * 100:g}"
        return text.replace(".", ",") if lang == "vi" else text

    ends = [*PROBABILITY_EDGES[1:], 1.0]
    first = f"< {cent(ends[0])} %"
    rest = [f"{cent(low)}–{cent(high)} %" for low, high in zip(PROBABILITY_EDGES[1:], ends[1:], strict=True)]
    return [first, *rest]


def _chance_chart(registers: Sequence[RegisterFigures], lang: Lang) -> Markup:
    linked, review = words.DECISIONS[Decision.LINK][lang], words.DECISIONS[Decision.REVIEW][lang]
    chances = _chances(registers, lang)
    series = [
        [
            Part(f"{label}: {linked} {grouped(links, lang)}", links, "match"),
            Part(f"{label}: {review} {grouped(reviews, lang)}", reviews, "discrepancy"),
        ]
        for label, links, reviews in chances
    ]
    said = "; ".join(f"{label}: {grouped(links + reviews, lang)}" for label, links, reviews in chances)
    return columns([label.replace(" %", "") for label, _, _ in chances], series, label=said)


def _worst(units: Iterable[UnitFigures], *, by_share: bool) -> list[UnitFigures]:
    known = [unit for unit in units if unit.code != UNKNOWN and unit.total_open]
    if not by_share:
        return sorted(known, key=lambda unit: (-unit.total_open, unit.code))[:WORST]
    large = [unit for unit in known if unit.total >= FEW]
    return sorted(large, key=lambda unit: (-unit.total_open / unit.total, -unit.total_open, unit.code))[:WORST]


def _provinces(units: Iterable[UnitFigures], lang: Lang) -> list[tuple[str, list[UnitFigures], UnitFigures]]:
    """Communes by province, most open records first, with the sum of each province."""
    groups: dict[str, list[UnitFigures]] = {}
    for unit in units:
        groups.setdefault(story.province_name(unit.code, lang), []).append(unit)
    summed = [(name, sorted(group, key=lambda unit: -unit.total_open), _sum(group)) for name, group in groups.items()]
    return sorted(summed, key=lambda entry: (-entry[2].total_open, entry[0]))


def _sum(units: Sequence[UnitFigures]) -> UnitFigures:
    def added(counts: str) -> dict[str, int]:
        tables = list(map(attrgetter(counts), units))
        return {register: sum(table.get(register, 0) for table in tables) for register in Register}

    return UnitFigures("", added("rows"), added("open"), added("matches"))


def _classes(edges: Sequence[int], lang: Lang) -> list[str]:
    """Name whole-number classes by their edges.

    >>> _classes((1, 2, 6, 101), "en")
    ['1', '2–5', '6–100', '101 or more']
    """
    names = [
        grouped(low, lang) if high == low else f"{grouped(low, lang)}–{grouped(high, lang)}"
        for low, high in zip(edges, [edge - 1 for edge in edges[1:]], strict=False)
    ]
    last = grouped(edges[-1], lang)
    return [*names, {"vi": f"từ {last}", "en": f"{last} or more"}[lang]]
