"""Addresses below /so-lieu-mo/."""

from django.urls import URLPattern, URLResolver, path

from sosach.web.public import open_data

app_name = "public"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", open_data.overview, name="open-data"),
    path("<int:campaign_id>/<slug:register>/", open_data.table, name="open-table"),
    path("<int:campaign_id>/<slug:register>/so-lieu.csv", open_data.as_csv, name="open-csv"),
]
