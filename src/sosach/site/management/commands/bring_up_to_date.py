"""Brings the database up to date, as its owner."""

from datetime import UTC, datetime

from django.core.management.base import BaseCommand

from sosach.site.preparing import bring_up_to_date


class Command(BaseCommand):
    """`django-admin bring_up_to_date`: what `sosach db up` does, without words."""

    requires_system_checks = ()

    def handle(self, *_: object, **__: object) -> None:
        """Start, make roles, migrate, apply the policy."""
        bring_up_to_date(datetime.now(UTC))
