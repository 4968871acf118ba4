"""Where an officer begins."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sosach.web.frame.pages import officer_page


@officer_page()
def home(request: HttpRequest) -> HttpResponse:
    """The first page after signing in."""
    return render(request, "desk/home.html")
