"""Addresses below /ban-lam-viec/."""

from django.urls import URLPattern, URLResolver, path

from sosach.web.desk.home import home

app_name = "desk"
urlpatterns: list[URLPattern | URLResolver] = [path("", home, name="home")]
