"""Tells Django of the subject `campaign`."""

from django.apps import AppConfig


class CampaignConfig(AppConfig):
    """The subject `campaign`."""

    name = "sosach.domain.campaign"
    label = "campaign"
    default_auto_field = "django.db.models.BigAutoField"
