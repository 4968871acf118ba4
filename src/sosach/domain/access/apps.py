"""Tells Django of the subject `access`."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """The subject `access`."""

    name = "sosach.domain.access"
    label = "access"
    default_auto_field = "django.db.models.BigAutoField"
