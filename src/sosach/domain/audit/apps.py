"""Tells Django of the subject `audit`."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The subject `audit`."""

    name = "sosach.domain.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"
