"""Tells every caller what kind of data it got: a header on each answer."""

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
        response = self._get_response(request)
        response.headers[HEADER] = _kind()
        return response


@cache
def _kind() -> str:
    return str(facts().data_kind)
