"""Tells Django of the subject `places`."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """The subject `places`."""

    name = "sosach.domain.places"
    label = "places"
    default_auto_field = "django.db.models.BigAutoField"
