"""Tables of the dashboard to take along: CSV, XLSX and PDF of the very values the page shows."""

from collections.abc import Callable, Mapping

from django.http import Http404, HttpRequest, HttpResponse

from sosach.domain.campaign.queries.lists import READERS
from sosach.web.desk.figures.asked import PURPOSE, asked_of
from sosach.web.desk.figures.builders import TABLES, About
from sosach.web.desk.figures.files import as_csv, as_pdf, as_xlsx
from sosach.web.desk.figures.tables import Table
from sosach.web.frame.pages import look, officer_page

KINDS: Mapping[str, tuple[str, Callable[[Table], bytes]]] = {
    "csv": ("text/csv; charset=utf-8", as_csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", as_xlsx),
    "pdf": ("application/pdf", as_pdf),
}


@officer_page(roles=READERS)
def take_along(request: HttpRequest, name: str, kind: str) -> HttpResponse:
    """A table as a file.

    Raises:
        Http404: no such table or kind of file, or there is no campaign.
    """
    found = asked_of(request)
    if found is None or name not in TABLES or kind not in KINDS:
        raise Http404
    media_type, write = KINDS[kind]
    table = TABLES[name](About(look(request, PURPOSE), *found))
    response = HttpResponse(write(table), content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}-{request.sosach_at:%Y%m%d}.{kind}"'
    return response
