"""Every component of the frame on one page, for those who build pages and for the tests that look at them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sosach.web.frame.pages import open_page


@open_page
def catalogue(request: HttpRequest) -> HttpResponse:
    """The page."""
    return render(request, "frame/catalogue.html")
