"""Addresses of DCI's registry interface."""

from django.urls import URLPattern, URLResolver, path

from sosach.web.exchange.dci import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("registry/search", views.search),
    path("registry/subscribe", views.subscribe),
    path("registry/unsubscribe", views.unsubscribe),
    path("registry/txn/status", views.status),
    path("registry/sync/search", views.sync_search),
    path("registry/sync/txn/status", views.sync_status),
    path("registry/on-search", views.answer_of_others("on-search")),
    path("registry/on-subscribe", views.answer_of_others("on-subscribe")),
    path("registry/on-unsubscribe", views.answer_of_others("on-unsubscribe")),
    path("registry/notify", views.answer_of_others("notify")),
    path("registry/txn/on-status", views.answer_of_others("txn-on-status")),
    path(".well-known/jwks.json", views.keys),
]
