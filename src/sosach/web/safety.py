"""What every answer carries and no request may exceed: request id, no caching, strict browser rules, a size limit."""

import logging
import re
import secrets
import sys
from collections.abc import Callable

from django.db import Error as DatabaseFailure
from django.http import HttpRequest, HttpResponse

from sosach.base.errors import ErrorCode
from sosach.web.problems import of_database, problem, story

MACHINES = (
    "/api/",
    "/exchange/",
    "/.well-known/",
)  # below them programs are answered; everything else is a page for people
LEVELS = "/exchange/levels/"  # the other level of Sosach
LARGEST_BODY = 2_000_000  # a batch of a thousand births is about half of it
LARGEST_BATCH = 16_000_000  # a thousand records with what was and what is
LARGEST_FORM = 40_000_000  # a declaration with the photos of its papers
TOLD_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
# A page sends its own address to its own server (a form proves with it where it comes from), and may ask for the camera.
PAGE_HEADERS = {
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
}
# To partners: results of a verification are for the one who asked (Decree 69/2024 art. 19).
PASSING_ON = "forbidden; law=decree-69-2024-19"
_LOG = logging.getLogger("sosach.web")


def page_rules(nonce: str) -> str:
    """What a page may load and send: its own files that carry the nonce of this one answer, nothing from elsewhere."""
    return (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; img-src 'self' data: blob:; "
        "media-src 'self' blob:; connect-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; "
        "base-uri 'none'"
    )


def safely(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: gives a request its id, refuses a body that is too large, turns defects into a problem, sets headers."""

    def answered(request: HttpRequest) -> HttpResponse:
        told = request.headers.get("X-Request-Id", "")
        request.sosach_id = told if TOLD_ID.fullmatch(told) else secrets.token_hex(8)
        response = _too_large(request) or get_response(request)
        response["X-Request-Id"] = request.sosach_id
        if hasattr(request, "sosach_caller"):
            response["X-Sosach-Passing-On"] = PASSING_ON
        for name, value in HEADERS.items():
            response.setdefault(name, value)
        return response

    return answered


def _too_large(request: HttpRequest) -> HttpResponse | None:
    if not request.path_info.startswith(MACHINES):
        return None  # pages have their own limit, and their own way of telling
    length = request.META.get("CONTENT_LENGTH") or "0"
    most = LARGEST_BATCH if request.path_info.startswith(LEVELS) else LARGEST_BODY
    if length.isdecimal() and int(length) <= most:
        return None
    return problem(request, 413, ErrorCode.REQUEST_INVALID, "The body is too large.", "Nội dung quá lớn.")


def unknown_address(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """There is nothing at this address."""
    del exception  # Django hands it over; it names the address, which the asker knows
    return problem(request, 404, ErrorCode.NOT_FOUND, "There is nothing at this address.", "Không có địa chỉ này.")


def own_fault(request: HttpRequest) -> HttpResponse:
    """A defect of ours: the log has the story under the id of the request, the asker the id alone."""
    failure = sys.exc_info()[1]
    if isinstance(failure, DatabaseFailure):
        return of_database(request, failure)
    _LOG.error("request %s failed: %s", getattr(request, "sosach_id", ""), story(failure))
    text = "The server failed at this request; nothing was done.", "Máy chủ gặp lỗi; không có gì được thực hiện."
    return problem(request, 500, ErrorCode.SERVER_FAULT, *text)
