"""Addresses the installation answers at."""

from django.urls import URLPattern, URLResolver, include, path

from sosach.web.api.build import addresses

urlpatterns: list[URLPattern | URLResolver] = [path("api/v1/", include(addresses))]
handler404 = "sosach.web.safety.unknown_address"
handler500 = "sosach.web.safety.own_fault"
