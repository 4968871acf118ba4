"""The site as an app of Django: its management commands are what administrators do."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Assembles the parts; has no tables."""

    name = "sosach.site"
    label = "site"
