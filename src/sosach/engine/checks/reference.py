"""The catalogue as a page: every check with its anchor, by register and scope, Vietnamese and English."""

from collections.abc import Iterable

from sosach.base.checks import Check, LegalSource, Scope
from sosach.base.registers import Register

_REGISTER_TITLES = {
    Register.POPULATION: "Dân cư / Population",
    Register.VEHICLES: "Phương tiện / Vehicles",
    Register.LICENCES: "Giấy phép lái xe / Driving licences",
}
_SCOPE_TITLES = {
    Scope.FIELD: "Từng giá trị / Single values",
    Scope.ROW: "Từng bản ghi / Single records",
    Scope.SET: "Nhiều bản ghi / Sets of records",
    Scope.CROSS: "Đối chiếu sổ / Registers against each other",
}
_HEAD = """# Checks

*This page is generated from the catalogue (`sosach checks --markdown`); do not edit it by hand.*

{count} checks. A check never changes a value: it says what is remarkable about it, and a proposal stands beside the
original. **error**: the record is not correct, complete, clean or live until it is mended; **warning**: have a look;
**info**: only a remark. *Criterion* is the one of the four criteria a finding breaks: correct (đúng), complete (đủ),
clean (sạch), live (sống). *Fix*: none = nothing is proposed, ask = ask the person or the papers, propose = a value is
proposed, auto = only the form changes and nothing is lost.
"""
_TABLE_HEAD = "| Code | Tiêu đề | Title | Severity | Criterion | Fix |\n|---|---|---|---|---|---|"


def reference(checks: Iterable[Check]) -> str:
    """The whole page, Markdown: a table per register and scope, then one section per check with its own anchor."""
    ordered = sorted(checks, key=lambda check: check.code)
    parts = [_HEAD.format(count=len(ordered)), _contents()]
    parts += [_register(register, ordered) for register in Register]
    parts.append("## Từng kiểm tra / Each check\n")
    parts += [section(check) for check in ordered]
    return "\n".join(parts).rstrip() + "\n"


def section(check: Check) -> str:
    """One check in full, Markdown, under the anchor of its code in small letters.

    Legal sources carry the days between which they hold.
    """
    criterion = check.criterion or "none"
    traits = (
        f"`{check.slug}`",
        check.severity,
        check.scope,
        ", ".join(check.registers),
        f"field `{check.field}`",
        f"criterion {criterion}",
        f"fix {check.fix}",
    )
    lines = [
        f'### <a id="{check.code.lower()}"></a>{check.code} {check.title["vi"]} / {check.title["en"]}',
        "",
        " · ".join(traits),
        "",
        f"- vi: {check.explanation['vi']}",
        f"- en: {check.explanation['en']}",
    ]
    lines += [f"- {_law(source)}" for source in check.legal]
    if check.patterns:
        lines.append(f"- Patterns: {', '.join(f'`{pattern}`' for pattern in check.patterns)}")
    return "\n".join([*lines, ""])


def _contents() -> str:
    links = [f"- [{title}](#{register})" for register, title in _REGISTER_TITLES.items()]
    return "\n".join([*links, ""])


def _register(register: Register, checks: list[Check]) -> str:
    parts = [f'## <a id="{register}"></a>{_REGISTER_TITLES[register]}\n']
    for scope, title in _SCOPE_TITLES.items():
        mine = [check for check in checks if register in check.registers and check.scope is scope]
        if mine:
            parts.append("\n".join([f"### {title}\n", _TABLE_HEAD, *map(_row, mine), ""]))
    return "\n".join(parts)


def _row(check: Check) -> str:
    cells = (
        f"[{check.code}](#{check.code.lower()})",
        check.title["vi"],
        check.title["en"],
        check.severity,
        check.criterion or "–",
        check.fix,
    )
    return f"| {' | '.join(_cell(cell) for cell in cells)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _law(source: LegalSource) -> str:
    days = [f"from {source.valid_from:%d/%m/%Y}"] if source.valid_from else []
    days += [f"until {source.valid_to:%d/%m/%Y}"] if source.valid_to else []
    when = f" ({', '.join(days)})" if days else ""
    return f"{source.vi} / {source.en}{when}"
