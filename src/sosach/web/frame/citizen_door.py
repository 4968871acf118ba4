"""Citizens sign in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sosach.web.frame.pages import open_page


@open_page
def sign_in(request: HttpRequest) -> HttpResponse:
    """The door."""
    return render(request, "frame/sign_in_citizen.html", {"back": request.GET.get("tu", "")})
