"""What every page carries: a nonce for its own scripts and styles, browser rules, its language, a limit of size."""

import secrets
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from sosach.web.frame.faults import too_large
from sosach.web.frame.language import speaking
from sosach.web.safety import LARGEST_FORM, MACHINES, PAGE_HEADERS, page_rules


def framed(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware for pages; machines pass untouched."""
    spoken = speaking(get_response)
    refused = speaking(too_large)

    def answered(request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(MACHINES):
            return get_response(request)
        request.actor, request.htmx = None, False
        request.csp_nonce = secrets.token_urlsafe(16)
        length = request.META.get("CONTENT_LENGTH") or "0"
        small = length.isdecimal() and int(length) <= LARGEST_FORM
        response = spoken(request) if small else refused(request)
        response.headers.setdefault("Content-Security-Policy", page_rules(request.csp_nonce))
        for name, value in PAGE_HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return answered
