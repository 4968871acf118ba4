"""Tells Django of the subject `idcards`."""

from django.apps import AppConfig


class IdCardsConfig(AppConfig):
    """The subject `idcards`."""

    name = "sosach.domain.idcards"
    label = "idcards"
    default_auto_field = "django.db.models.BigAutoField"
