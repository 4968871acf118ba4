"""Addresses below /tra-cuu/."""

from django.urls import URLPattern, URLResolver, path

from sosach.web.public import checks

app_name = "check"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", checks.checks, name="all"),
    path("bien-so/", checks.check_a_plate, name="plate"),
    path("giay-phep-lai-xe/", checks.check_a_licence, name="licence"),
]
