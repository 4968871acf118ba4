"""Tells Django of the subject `declarations`."""

from django.apps import AppConfig


class DeclarationsConfig(AppConfig):
    """The subject `declarations`."""

    name = "sosach.domain.declarations"
    label = "declarations"
    default_auto_field = "django.db.models.BigAutoField"
