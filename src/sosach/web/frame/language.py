"""In which language a page speaks: as chosen by hand, else as the browser prefers, else Vietnamese."""

from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation.trans_real import parse_accept_lang_header

from sosach.base.errors import SosachError
from sosach.web.safety import MACHINES

COOKIE = "sosach_language"
A_YEAR = 365 * 24 * 3600
LANGUAGES = ("vi", "en")


def chosen(request: HttpRequest) -> str:
    """The language of a request."""
    told = request.COOKIES.get(COOKIE, "")
    if told in LANGUAGES:
        return str(told)
    for wanted, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        if (bare := wanted.partition("-")[0]) in LANGUAGES:
            return str(bare)
    return LANGUAGES[0]


def speaking(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: pages speak the language of the request; machines are left alone."""

    def answered(request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(MACHINES):
            return get_response(request)
        language = chosen(request)
        with translation.override(language):
            response = get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response

    return answered


def switch(request: HttpRequest, language: str) -> HttpResponse:
    """Keep a choice for a year and go back to where it was made.

    Raises:
        Http404: no page speaks that language.
    """
    if language not in LANGUAGES:
        raise Http404
    response = HttpResponseRedirect(own_address(request.GET.get("tu", ""), "/"))
    response.set_cookie(
        COOKIE, language, max_age=A_YEAR, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )
    return response


def own_address(told: str, usual: str) -> str:
    """An address somebody handed over, if it leads to a page of ours and nowhere else."""
    safe = told.startswith("/") and url_has_allowed_host_and_scheme(told, allowed_hosts=None)
    return told if safe else usual


def is_vietnamese() -> bool:
    """Whether the page at hand speaks Vietnamese."""
    return translation.get_language() != "en"


def said(thing: Any) -> str:
    """What a thing of the catalogues (`.vi`, `.en`) is called in the language at hand; other things are told as they are."""
    name = "vi" if is_vietnamese() else "en"
    if isinstance(thing, dict) and name in thing:
        return str(thing[name])
    return str(getattr(thing, name, thing))


def of_error(error: SosachError) -> tuple[str, str]:
    """Sentence and hint of an error in the language at hand."""
    return (error.vi, error.hint_vi) if is_vietnamese() else (error.en, error.hint_en)


def either(pair: Sequence[str]) -> str:
    """Of a text in Vietnamese and English the one at hand."""
    return pair[0] if is_vietnamese() else pair[1]
