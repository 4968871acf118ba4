"""Addresses below /cong-dan/."""

from django.urls import URLPattern, URLResolver, path

from sosach.web.portal.home import home

app_name = "portal"
urlpatterns: list[URLPattern | URLResolver] = [path("", home, name="home")]
