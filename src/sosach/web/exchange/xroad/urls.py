"""Addresses of X-Road: all below the version of the protocol."""

from django.urls import URLPattern, URLResolver, path

from sosach.web.exchange.xroad.views import serve

urlpatterns: list[URLPattern | URLResolver] = [path("r1/<path:named>", serve)]
