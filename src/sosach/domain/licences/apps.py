"""Tells Django of the subject `licences`."""

from django.apps import AppConfig


class LicencesConfig(AppConfig):
    """The subject `licences`."""

    name = "sosach.domain.licences"
    label = "licences"
    default_auto_field = "django.db.models.BigAutoField"
