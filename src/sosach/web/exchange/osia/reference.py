"""Writes docs/reference/osia.md from the addresses themselves: operations, scopes, sets, papers, numbers of errors.

Asked for by `make docs`.
"""

import sys
from collections.abc import Iterator

from django.urls import URLPattern, URLResolver

from sosach.domain.exchange.rules.attribute_sets import PAPERS, SETS, scope_of
from sosach.web.exchange.osia import answers, urls

INTERFACES = {
    "uin/": ("UIN Management 1.2.0", "Số định danh", "The unique identity number is the PIN."),
    "dataaccess/": ("Data Access 1.3.0", "Truy cập dữ liệu", "People of the register, under the agreement."),
    "pr/": ("Population Registry 1.5.1", "Sổ dân cư của đối tác", "What a partner files under ids of its own."),
    "notification/": ("Notification 1.2.0", "Thông báo", "Topics, subscriptions, messages."),
    "enrollment/": (
        "Enrollment 1.3.0",
        "Thu nhận",
        "What a partner collects of who comes for a card; final, it is an application.",
    ),
    "cms/": (
        "Credential Management 1.3.0",
        "Quản lý thẻ",
        "A credential request is an application for an ID card, a credential is a card.",
    ),
    "3rdparty/": ("Third Party Services 1.2.0", "Bên thứ ba", "Yes or no, and attributes by set."),
}
HEAD = """# OSIA 7.1

*This page is generated (`make docs`); do not edit it by hand.*

Sosach trả lời {count} thao tác của bảy giao diện OSIA, mỗi giao diện dưới một địa chỉ gốc riêng vì địa chỉ của chúng trùng nhau.
Sosach answers {count} operations of seven interfaces of OSIA, each under a base path of its own, since their addresses clash.
How to ask: [osia.md](../howto/osia.md). Held against OSIA's own files by `make conformance`.
"""


def page() -> str:
    """The page."""
    lines: list[str] = []
    count = 0
    for each in urls.urlpatterns:
        base = str(each.pattern)
        if base not in INTERFACES:
            continue
        title, vi, en = INTERFACES[base]
        rows = list(_rows(each))
        count += len(rows)
        lines += [
            "",
            f"## {title}",
            "",
            f"{vi}. {en} Base path `/exchange/osia/{base}`, {len(rows)} operation{'s' * (len(rows) > 1)}.",
            "",
        ]
        lines += ["| Operation | Request | Scope |", "|---|---|---|", *rows]
    lines += ["", "## Sets of attributes", "", "| Set | Scope | Attributes |", "|---|---|---|"]
    lines += [f"| `{name}` | `{scope_of(name)}` | {', '.join(f'`{one}`' for one in SETS[name])} |" for name in SETS]
    lines += ["", "## Papers", "", "| doctype | Title | Attributes |", "|---|---|---|"]
    lines += [
        f"| `{name}` | {paper.title.capitalize()} | {', '.join(f'`{one}`' for one in paper.names)} |"
        for name, paper in PAPERS.items()
    ]
    lines += ["", "## Numbers of errors", "", "| code | Error |", "|---|---|"]
    told = {number: str(code) for code, number in reversed(answers.NUMBERS.items())}
    told |= {
        answers.UNKNOWN_ATTRIBUTE: "the attribute is not agreed, not released, or none",
        answers.NO_VALUE: "the register holds no value",
    }
    lines += [f"| {number} | {_linked(told[number])} |" for number in sorted(told)]
    return HEAD.format(count=count) + "\n".join(lines) + "\n"


def _linked(told: str) -> str:
    return told if " " in told else f"[{told}](errors.md#{told.lower()})"


def _rows(below: URLPattern | URLResolver) -> Iterator[str]:
    """A line per operation; one that has two addresses is told at the last, the general one."""
    found: dict[str, str] = {}
    for each in below.url_patterns if isinstance(below, URLResolver) else ():
        address = str(each.pattern).replace("<str:", "{").replace(">", "}")
        for method, one in each.callback.sosach_operations.items():
            scopes = " or ".join(f"`{scope}`" for scope in one.scopes)
            found[one.name] = f"| {one.name} | `{method.upper()} {address}` | {scopes} |"
    yield from found.values()


def main() -> None:
    """Write the page."""
    sys.stdout.write(page())
