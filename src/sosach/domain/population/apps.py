"""Tells Django of the subject `population`."""

from django.apps import AppConfig


class PopulationConfig(AppConfig):
    """The subject `population`."""

    name = "sosach.domain.population"
    label = "population"
    default_auto_field = "django.db.models.BigAutoField"
