"""Tells Django of the subject `exchange`."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """The subject `exchange`."""

    name = "sosach.domain.exchange"
    label = "exchange"
    default_auto_field = "django.db.models.BigAutoField"
