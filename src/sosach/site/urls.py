"""Addresses the installation answers at."""

from django.urls import URLPattern, URLResolver, include, path

from sosach.web.api.build import addresses
from sosach.web.wallet.urls import WELL_KNOWN

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include(addresses)),
    path("exchange/wallet/", include("sosach.web.wallet.urls")),
    path("exchange/", include("sosach.web.exchange.urls")),
    path(".well-known/", include(WELL_KNOWN)),
    path("cong-dan/", include("sosach.web.portal.urls")),
    path("ban-lam-viec/", include("sosach.web.desk.urls")),
    path("so-lieu-mo/", include("sosach.web.public.urls")),
    path("tra-cuu/", include("sosach.web.public.check_urls")),
    path("", include("sosach.web.frame.urls")),
]
handler404 = "sosach.web.frame.faults.unknown_address"
handler500 = "sosach.web.frame.faults.own_fault"
