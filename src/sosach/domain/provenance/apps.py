"""Tells Django of the subject `provenance`."""

from django.apps import AppConfig


class ProvenanceConfig(AppConfig):
    """The subject `provenance`."""

    name = "sosach.domain.provenance"
    label = "provenance"
    default_auto_field = "django.db.models.BigAutoField"
