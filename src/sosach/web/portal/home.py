"""Where a citizen begins."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sosach.web.frame.pages import citizen_page


@citizen_page
def home(request: HttpRequest) -> HttpResponse:
    """The first page after signing in."""
    return render(request, "portal/home.html")
