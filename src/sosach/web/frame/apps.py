"""The frame of all pages as an app of Django: its templates, tags and words."""

from django.apps import AppConfig


class FrameConfig(AppConfig):
    """Has no tables: accounts and sessions belong to `domain.access`."""

    name = "sosach.web.frame"
    label = "frame"
