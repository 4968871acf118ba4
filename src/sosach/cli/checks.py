"""`sosach checks`: the catalogue of checks as a table, as JSON, or as the reference page."""

import json
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.table import Table

from sosach.base.checks import Check
from sosach.base.findings import Severity
from sosach.engine.checks.reference import reference
from sosach.vn.catalogue import catalogue

Language = Literal["vi", "en"]

_HEADINGS = {
    "vi": ("Mã", "Mức", "Phạm vi", "Sổ", "Tiêu chí", "Nội dung"),
    "en": ("Code", "Severity", "Scope", "Registers", "Criterion", "Title"),
}
_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}
_UNKNOWN = {"vi": "Không có mã kiểm tra: {codes}", "en": "No such check: {codes}"}


def checks(
    codes: Annotated[
        list[str] | None, typer.Argument(metavar="[CODE]...", help="Mã hoặc đầu mã / codes or prefixes: PIN-02 VEH")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON")] = False,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Trang tham chiếu / the reference page")] = False,
    lang: Annotated[Language, typer.Option(help="vi | en")] = "vi",
) -> None:
    """Danh mục các kiểm tra / The catalogue of checks."""
    if as_json and as_markdown:
        raise typer.BadParameter("--json | --markdown")
    chosen = _chosen(codes or [], lang)
    if as_json:
        typer.echo(json.dumps([as_dict(check) for check in chosen], ensure_ascii=False, indent=2))
    elif as_markdown:
        typer.echo(reference(chosen), nl=False)
    elif len(chosen) == 1:
        _print_one(chosen[0], lang)
    else:
        _print_table(chosen, lang)


def as_dict(check: Check) -> dict[str, object]:
    """A check as plain values, for JSON; days as ISO text."""
    return {
        "code": check.code,
        "slug": check.slug,
        "severity": check.severity,
        "scope": check.scope,
        "registers": list(check.registers),
        "field": check.field,
        "criterion": check.criterion,
        "fix": check.fix,
        "title": check.title,
        "explanation": check.explanation,
        "legal": [
            {
                "id": source.id,
                "vi": source.vi,
                "en": source.en,
                "valid_from": source.valid_from.isoformat() if source.valid_from else None,
                "valid_to": source.valid_to.isoformat() if source.valid_to else None,
            }
            for source in check.legal
        ],
        "patterns": list(check.patterns),
    }


def _chosen(codes: list[str], lang: Language) -> list[Check]:
    """The checks whose code is, or begins with, one of the words given; all when none is given.

    Raises:
        typer.BadParameter: a word fits no code.
    """
    everything = list(catalogue().values())
    if not codes:
        return everything
    wanted = [code.upper() for code in codes]
    unknown = [word for word in wanted if not any(_fits(check, word) for check in everything)]
    if unknown:
        raise typer.BadParameter(_UNKNOWN[lang].format(codes=", ".join(unknown)))
    return [check for check in everything if any(_fits(check, word) for word in wanted)]


def _fits(check: Check, word: str) -> bool:
    return check.code == word or check.code.split("-")[0] == word


def _print_table(chosen: list[Check], lang: Language) -> None:
    table = Table(*_HEADINGS[lang], row_styles=["", "dim"])
    for check in chosen:
        table.add_row(
            check.code,
            f"[{_STYLES[check.severity]}]{check.severity}[/]",
            check.scope,
            ", ".join(check.registers),
            check.criterion or "–",
            check.title[lang],
        )
    Console().print(table)


def _print_one(check: Check, lang: Language) -> None:
    console = Console(highlight=False)
    console.print(f"[bold]{check.code}[/] {check.title[lang]}  [{_STYLES[check.severity]}]{check.severity}[/]")
    console.print(check.explanation[lang], markup=False)
    for heading, value in zip(
        _HEADINGS[lang][2:5], (check.scope, ", ".join(check.registers), check.criterion or "–"), strict=True
    ):
        console.print(f"  {heading}: {value}", markup=False)
    for source in check.legal:
        console.print(f"  § {source.vi if lang == 'vi' else source.en}", markup=False)
