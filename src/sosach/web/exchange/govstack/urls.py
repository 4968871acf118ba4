"""Addresses of GovStack's data API."""

from django.urls import URLPattern, URLResolver, path

from sosach.web.exchange.govstack import views

_ONE = "data/<str:registry>/<str:version>"
urlpatterns: list[URLPattern | URLResolver] = [
    path("data/myPersonalDataUsage", views.my_data_usage),
    path(_ONE, views.listed),
    path(f"{_ONE}/create", views.create),
    path(f"{_ONE}/exists", views.exists),
    path(f"{_ONE}/read", views.read),
    path(f"{_ONE}/update", views.update),
    path(f"{_ONE}/updateEntries", views.update),
    path(f"{_ONE}/updateOrCreate", views.update_or_create),
    path(f"{_ONE}/<str:key>/delete", views.delete),
    path(f"{_ONE}/<str:key>/readValue/<str:field>.<str:ext>", views.read_value),
]
