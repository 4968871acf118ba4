"""Partners: agreements taken in, keys registered and ended, suspended and resumed, refused, tokens that count once."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, Level, Subject
from sosach.domain.exchange.models import AgreementRow, Partner, PartnerKey
from sosach.domain.exchange.queries.attributes import attributes_of
from sosach.domain.exchange.queries.partners import DOOR
from sosach.domain.exchange.rules.agreements import Agreement, Proof, Refused, agreement_of
from sosach.domain.exchange.rules.tokens import public_key
from sosach.domain.population.rules.days import day_of

STEWARDS = frozenset({Role.STEWARD, Role.SYSTEM})
_REFUSED = """
INSERT INTO exchange_refusal AS r (partner_id, "on", why, count) VALUES (%s, %s, %s, 1)
ON CONFLICT (partner_id, "on", why) DO UPDATE SET count = r.count + 1
"""
_SPENT = """
INSERT INTO exchange_spenttoken (partner_id, digest, ends_at) VALUES (%s, %s, %s)
ON CONFLICT (partner_id, digest) DO NOTHING
"""


@operation("exchange.agreement_taken_in", roles=STEWARDS)
def take_in_agreement(order: Order, *, key: str, vi: str, en: str, terms: Mapping[str, Any]) -> Done[Agreement]:
    """Take in an agreement, the first with a partner or its next version; the versions before stay readable.

    Raises:
        SosachError: STATE-04, something in it is missing, unknown or unlawful; ACCESS-02, not for the whole country.
    """
    _of_the_nation(order)
    partner, _ = Partner.objects.get_or_create(
        key=key, defaults={"vi": vi, "en": en, "taken_in_at": order.at, "act": order.act}
    )
    partner = Partner.objects.select_for_update().get(pk=partner.pk)
    last = AgreementRow.objects.filter(partner=partner).order_by("-version").values_list("version", flat=True).first()
    made = agreement_of(terms, partner=key, version=(last or 0) + 1)
    _known_names(made)
    Partner.objects.filter(pk=partner.pk).update(vi=vi, en=en, act=order.act)
    AgreementRow.objects.create(
        partner=partner,
        version=made.version,
        begins_on=made.begins_on,
        ends_on=made.ends_on,
        terms=_plain(terms),
        taken_in_at=order.at,
        act=order.act,
    )
    return Done(made, [_subject(partner)], {"number": made.number, "version": made.version})


@operation("exchange.partner_key_registered", roles=STEWARDS)
def register_key(
    order: Order, *, partner: str, proof: Proof, name: str, jwk: Mapping[str, Any] | None = None
) -> Done[str]:
    """Register by what a partner is known; once registered, the same is no change.

    Args:
        order: who, when, why.
        partner: its key.
        proof: kind.
        name: name of the key (`kid`), SHA-256 of the certificate, or the name in X-Road.
        jwk: the public key, for signatures.

    Raises:
        SosachError: STATE-01 no such partner; STATE-04 no key we take; STATE-03 it stands for somebody else, or for another key.
    """
    _of_the_nation(order)
    row = _locked(partner)
    told = fingerprint(name) if proof is Proof.CERTIFICATE else name
    public = public_key(jwk or {}) if proof is Proof.SIGNATURE else {}
    standing = PartnerKey.objects.filter(proof=proof, name=told, ended_at__isnull=True)
    if proof is Proof.SIGNATURE:
        standing = standing.filter(partner=row)
    found = standing.first()
    if found is not None and (found.partner_id != row.pk or found.public != public):
        raise SosachError(
            ErrorCode.CONFLICT, vi="Tên khóa này đã dùng cho khóa khác.", en="The name stands for another key already."
        )
    if found is None:
        PartnerKey.objects.create(
            partner=row, proof=proof, name=told, public=public, registered_at=order.at, act=order.act
        )
    return Done(told, [_subject(row)], {"proof": str(proof), "name": told})


@operation("exchange.partner_key_ended", roles=STEWARDS)
def end_key(order: Order, *, partner: str, name: str) -> Done[int]:
    """End a key at once; how many of that name ended.

    Raises:
        SosachError: STATE-01, the partner has no such key.
    """
    _of_the_nation(order)
    row = _locked(partner)
    ended = PartnerKey.objects.filter(partner=row, name=name, ended_at__isnull=True).update(
        ended_at=order.at, act=order.act
    )
    if not ended:
        raise SosachError(ErrorCode.NOT_FOUND, vi="Đối tác không có khóa này.", en="The partner has no such key.")
    return Done(int(ended), [_subject(row)], {"name": name})


@operation("exchange.partner_suspended", roles=STEWARDS)
def suspend(order: Order, *, partner: str) -> Done[str]:
    """Answer nothing a partner asks from now on; the order says why.

    Raises:
        SosachError: STATE-01 no such partner; STATE-02 suspended already; STATE-04 no reason.
    """
    _of_the_nation(order)
    if not order.reason.strip():
        raise SosachError(ErrorCode.INPUT_INCOMPLETE, vi="Cần nêu lý do.", en="A reason is needed.")
    row = _locked(partner)
    if row.suspended_at is not None:
        raise SosachError(ErrorCode.STATE_FORBIDS, vi="Đã tạm dừng từ trước.", en="It is suspended already.")
    Partner.objects.filter(pk=row.pk).update(suspended_at=order.at, reason=order.reason[:200], act=order.act)
    return Done(partner, [_subject(row)], {"reason": order.reason[:200]})


@operation("exchange.partner_resumed", roles=STEWARDS)
def resume(order: Order, *, partner: str) -> Done[str]:
    """Answer a suspended partner again.

    Raises:
        SosachError: STATE-01 no such partner; STATE-02 it is not suspended.
    """
    _of_the_nation(order)
    row = _locked(partner)
    if row.suspended_at is None:
        raise SosachError(ErrorCode.STATE_FORBIDS, vi="Không bị tạm dừng.", en="It is not suspended.")
    Partner.objects.filter(pk=row.pk).update(suspended_at=None, reason="", act=order.act)
    return Done(partner, [_subject(row)])


@operation("exchange.partner_refused", roles=frozenset({Role.PARTNER}))
def note_refusal(order: Order, *, why: Refused) -> Done[None]:
    """Note that a partner was refused, and why."""
    count_refusal(order.actor, why=why, at=order.at)
    return Done(None, [Subject("partner", str(order.actor.number))], {"why": str(why)})


def count_refusal(actor: Actor, *, why: Refused, at: datetime) -> None:
    """Count a refusal without an event: who asks too fast would fill the log."""
    with acting(actor), connection.cursor() as cursor:
        cursor.execute(_REFUSED, [actor.number, day_of(at), str(why)])


def spend_token(actor: Actor, *, token: str, ends_at: datetime, at: datetime) -> bool:
    """Whether a token comes for the first time; those that have run out are forgotten."""
    digest = hashlib.sha256(token.encode()).hexdigest()
    with acting(DOOR), connection.cursor() as cursor:
        cursor.execute("DELETE FROM exchange_spenttoken WHERE partner_id = %s AND ends_at < %s", [actor.number, at])
        cursor.execute(_SPENT, [actor.number, digest, ends_at])
        return bool(cursor.rowcount)


def fingerprint(text: str) -> str:
    """A SHA-256 of a certificate, 64 small hex digits.

    >>> fingerprint("AB:" * 31 + "AB")[:6]
    'ababab'

    Raises:
        SosachError: STATE-04, it is none.
    """
    found = text.replace(":", "").strip().lower()
    if len(found) != 64 or set(found) - set("0123456789abcdef"):
        raise SosachError(
            ErrorCode.INPUT_INCOMPLETE,
            vi="Cần dấu vân SHA-256 của chứng thư.",
            en="SHA-256 of a certificate is needed.",
        )
    return found


def _known_names(made: Agreement) -> None:
    for named in (made.attributes, made.matches):
        for register, names in named.items():
            if unknown := sorted(names - attributes_of(register).keys()):
                raise SosachError(
                    ErrorCode.INPUT_INCOMPLETE,
                    vi=f"Sổ {register} không có mục: {', '.join(unknown)}",
                    en=f"Register {register} has no such attribute: {', '.join(unknown)}",
                )


def _plain(terms: Mapping[str, Any]) -> dict[str, Any]:
    """The terms as they are kept: days as text."""
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in terms.items()}


def _of_the_nation(order: Order) -> None:
    if order.actor.level is not Level.NATION:
        raise SosachError(
            ErrorCode.ACCESS_OUTSIDE, vi="Chỉ cấp trung ương.", en="Only accounts of the whole country may do this."
        )


def _locked(partner: str) -> Partner:
    row = Partner.objects.select_for_update().filter(key=partner).first()
    if row is None:
        raise SosachError(ErrorCode.NOT_FOUND, vi="Không có đối tác này.", en="There is no such partner.")
    return row


def _subject(partner: Partner) -> Subject:
    return Subject("partner", str(partner.pk))
