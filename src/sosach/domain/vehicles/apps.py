"""Tells Django of the subject `vehicles`."""

from django.apps import AppConfig


class VehiclesConfig(AppConfig):
    """The subject `vehicles`."""

    name = "sosach.domain.vehicles"
    label = "vehicles"
    default_auto_field = "django.db.models.BigAutoField"
