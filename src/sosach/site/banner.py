"""Tells everybody what kind of data they see: a header on each answer, a line over each page."""

from collections.abc import Callable
from functools import cache

from django.http import HttpRequest, HttpResponse

from sosach.site.fitness import facts

HEADER = "X-Sosach-Data"


class DataKindHeader:
    """Middleware: `X-Sosach-Data: synthetic` or `real`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, with the header."""
        request.sosach_data = _kind()
        response = self._get_response(request)
        response.headers[HEADER] = request.sosach_data
        return response


@cache
def _kind() -> str:
    return str(facts().data_kind)
