"""Open data: how far campaigns have come, by province and commune, as of the last noted day; nobody can be found in it."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sosach.domain.campaign.queries.published import OpenTable, open_campaigns, open_table
from sosach.domain.campaign.rules.open_data import LEAST, OTHERS
from sosach.web.frame import words
from sosach.web.frame.pages import open_page
from sosach.web.frame.parts import Tab

REGISTERS: Mapping[str, Any] = {
    "vehicles": gettext_lazy("Xe"),
    "licences": gettext_lazy("Giấy phép lái xe"),
    "population": gettext_lazy("Dân cư"),
}
COLUMNS: Mapping[str, Any] = {
    "done": gettext_lazy("Đã xong"),
    "left": gettext_lazy("Còn lại"),
    OTHERS: gettext_lazy("Gộp lại"),
}
LICENCE = "CC BY 4.0"
LICENCE_ADDRESS = "https://creativecommons.org/licenses/by/4.0/"
NOWHERE = "-"
_FORMULA = ("=", "+", "-", "@")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table.

    Attributes:
        name: of the unit.
        address: its communes; "" where they are not published.
        cells: counts; None where one is hidden.
        total: of the line.
        share: done of all; None where it is hidden.
    """

    name: str
    address: str
    cells: tuple[int | None, ...]
    total: int
    share: float | None

    @property
    def width(self) -> str:
        """Of the bar of its share, in percent."""
        return f"{(self.share or 0) * 100:.1f}"


@open_page
def overview(request: HttpRequest) -> HttpResponse:
    """Campaigns with figures."""
    found = [(each, [(name, REGISTERS[name]) for name in each.registers]) for each in open_campaigns()]
    return render(request, "public/overview.html", {"campaigns": found, "licence": LICENCE, "least": LEAST})


@open_page
def table(request: HttpRequest, campaign_id: int, register: str) -> HttpResponse:
    """Done and left, by province or by the communes of one."""
    told = _told(request, campaign_id, register)
    rows = _rows(told)
    here = reverse("public:open-table", args=[campaign_id, register])
    context = {
        "told": told,
        "place": words.place(told.province or told.campaign.unit) or _("Cả nước"),
        "rows": rows,
        "columns": [str(COLUMNS[name]) for name in told.table.columns],
        "totals": [told.table.column_totals[name] for name in told.table.columns],
        "total": told.table.total,
        "registers": [
            Tab(str(REGISTERS[name]), reverse("public:open-table", args=[campaign_id, name]), current=name == register)
            for name in told.campaign.registers
        ],
        "whole": here if told.province else "",
        "csv": reverse("public:open-csv", args=[campaign_id, register])
        + (f"?tinh={told.province}" if told.province else ""),
        "licence": LICENCE,
        "licence_address": LICENCE_ADDRESS,
        "least": LEAST,
    }
    return render(request, "public/table.html", context)


@open_page
def as_csv(request: HttpRequest, campaign_id: int, register: str) -> HttpResponse:
    """The same table as a file: the licence in its first line, hidden counts empty."""
    told = _told(request, campaign_id, register)
    written = io.StringIO(newline="")
    about = f"{told.campaign.name}; {REGISTERS[register]}; {told.day.isoformat()}"
    written.write(f"# {about}; {LICENCE} {LICENCE_ADDRESS}\r\n")
    writer = csv.writer(written, lineterminator="\r\n")
    published = told.table
    writer.writerow(["unit_code", "unit_name", *(_column(name) for name in published.columns), "total"])
    for code in published.rows:
        cells = [published.cells[code, name] for name in published.columns]
        shown = ["" if cell is None else cell for cell in cells]
        writer.writerow([_plain(code), _plain(_name(code)), *shown, published.row_totals[code]])
    response = HttpResponse(b"\xef\xbb\xbf" + written.getvalue().encode(), content_type="text/csv; charset=utf-8")
    name = "-".join(filter(None, ("sosach", str(campaign_id), register, told.province, told.day.isoformat())))
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response["Link"] = f'<{LICENCE_ADDRESS}>; rel="license"'
    return response


def _told(request: HttpRequest, campaign_id: int, register: str) -> OpenTable:
    province = request.GET.get("tinh", "")[:2]
    return open_table(campaign_id=campaign_id, register=register, province=province)


def _rows(told: OpenTable) -> list[Row]:
    published = told.table
    rows = []
    for code in published.rows:
        cells = tuple(published.cells[code, name] for name in published.columns)
        total = published.row_totals[code]
        done = published.cells.get((code, "done"))
        leads = not told.province and len(code) == 2 and None not in cells
        address = f"{reverse('public:open-table', args=[told.campaign.pk, told.register])}?tinh={code}" if leads else ""
        rows.append(Row(_name(code), address, cells, total, done / total if done is not None and total else None))
    return sorted(rows, key=lambda row: row.name)


def _name(code: str) -> str:
    if code == OTHERS:
        return _("Các đơn vị có số nhỏ, gộp lại")
    return _("Chưa xác định xã") if code == NOWHERE else words.place(code)


def _column(name: str) -> str:
    return "merged" if name == OTHERS else name


def _plain(text: str) -> str:
    """No spreadsheet takes it for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) and len(text) > 1 else text
