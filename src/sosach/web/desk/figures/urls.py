"""Addresses below /ban-lam-viec/so-lieu/."""

from django.urls import URLPattern, path

from sosach.web.desk.figures import pages, taking

urlpatterns: list[URLPattern] = [
    path("", pages.dashboard, name="figures"),
    path("dien-bien/", pages.course, name="figure-course"),
    path("bang/<slug:name>/", pages.table_page, name="figure-table"),
    path("danh-sach/<slug:name>/", pages.behind, name="figure-list"),
    path("to-khai/", pages.declarations, name="figure-declarations"),
    path("tai-ve/<slug:name>.<slug:kind>", taking.take_along, name="figure-file"),
]
