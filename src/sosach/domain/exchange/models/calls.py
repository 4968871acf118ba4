"""Columns of the line between the levels: numbers of requests that were heard, and how the last contact went."""

from django.db import models

from sosach.base.sensitivity import Sensitivity, classed

INTERNAL = Sensitivity.INTERNAL


class HeardCall(models.Model):
    """The nonce of a request that was heard: it is not heard again while its time could still be right."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    link = classed(models.CharField(max_length=16), INTERNAL)
    nonce = classed(models.CharField(max_length=32), INTERNAL)
    heard_at = classed(models.DateTimeField(db_index=True), INTERNAL)

    class Meta:
        """Each is heard once."""

        constraints = [  # noqa: RUF012 - Django's form
            models.UniqueConstraint(fields=["link", "nonce"], name="exchange_heardcall_once"),
        ]


class Contact(models.Model):
    """How the line of a link fares: when the other side answered last, how often it has failed since, how long we rest."""

    link = classed(models.CharField(max_length=16, primary_key=True), INTERNAL)
    reached_at = classed(models.DateTimeField(null=True), INTERNAL)
    failures = classed(models.PositiveIntegerField(default=0), INTERNAL)
    failed_at = classed(models.DateTimeField(null=True), INTERNAL)
    fault = classed(models.CharField(max_length=16, blank=True), INTERNAL)
    rests_until = classed(models.DateTimeField(null=True), INTERNAL)
