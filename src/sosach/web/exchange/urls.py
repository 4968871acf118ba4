"""Addresses for other systems, each standard under its own base path."""

from django.urls import URLPattern, URLResolver, include, path

from sosach.web.public.check_api import api as check

urlpatterns: list[URLPattern | URLResolver] = [
    path("levels/", include("sosach.web.exchange.levels")),
    path("check/v1/", check.urls),
    path("osia/", include("sosach.web.exchange.osia.urls")),
    path("xroad/", include("sosach.web.exchange.xroad.urls")),
    path("dci/", include("sosach.web.exchange.dci.urls")),
    path("govstack/", include("sosach.web.exchange.govstack.urls")),
    path("tracker/", include("sosach.web.exchange.tracker")),
    path("civil/", include("sosach.web.exchange.civil")),
]
