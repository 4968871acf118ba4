"""Digital twins: a citizen offers one to the own wallet, the wallet redeems the offer and is given the credential.

Legal source: Law 26/2023/QH15 art. 33 (electronic identity), Decree 69/2024. The twin is a complement in open formats; it
is no part of the national e-identity application.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from django.db import IntegrityError, connection, transaction

from sosach.base.errors import ErrorCode, SosachError
from sosach.chip.pki import require_period
from sosach.chip.twins.content import Content, Driving, Form, Kind
from sosach.chip.twins.holder import HolderKey, encoded
from sosach.chip.twins.mdoc import Terms, issue_mdoc
from sosach.chip.twins.sd_jwt import issue_sd_jwt
from sosach.chip.twins.signatures import Issuer
from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.idcards.models import Card, Twin, TwinOffer
from sosach.domain.idcards.queries.twins import CITIZENS, may_redeem, no_offer
from sosach.domain.idcards.rules.twins import (
    ALIVE,
    COPIES,
    OFFER_LIVES,
    OFFERS_A_DAY,
    TOKEN_LIVES,
    place_of,
    proof_of,
    same_digits,
    twin_ends,
)
from sosach.domain.idcards.states.cards import CardState
from sosach.domain.idcards.states.twins import End, Notice
from sosach.domain.population.models import Person
from sosach.domain.population.rules.days import day_of

LOCK_KEY = 7309951  # of the advisory locks: one offer or issue per person at a time
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Press:
    """With what twins are made.

    Attributes:
        issuer: key and certificates.
        secret: of the installation: places in status lists follow from it.
        address_of: address of a status list, by its number.
    """

    issuer: Issuer
    secret: bytes
    address_of: Callable[[int], str]


@dataclass(frozen=True, slots=True)
class Given:
    """What a wallet gets.

    Attributes:
        credentials: one per key, as OpenID4VCI carries them.
        notice: under which the wallet tells what became of them.
    """

    credentials: tuple[str, ...]
    notice: UUID


@operation("idcards.twin_offered", roles=CITIZENS)
def offer_twin(order: Order, /, *, kind: Kind, licence_id: int | None = None) -> Done[int]:
    """Offer a twin of the own active card or of an own licence to the own wallet. An older open offer ends with it.

    Args:
        order: the citizen.
        kind: of what.
        licence_id: the licence, for its twin; read by the caller as the citizen.

    Returns:
        Number of the offer.

    Raises:
        SosachError: STATE-01 no active card; STATE-02 too many offers in a day, or too many twins.
    """
    person = _me(order)
    card = Card.objects.filter(person=person, state=CardState.ACTIVE.value).first()
    if card is None:
        raise _no_card()
    mine = TwinOffer.objects.filter(person=person)
    if mine.filter(made_at__gt=order.at - _DAY).count() >= OFFERS_A_DAY:
        raise _too_many(
            "Bạn đã tạo đủ số mã nhận trong 24 giờ.", "You have made as many offers as one may in 24 hours."
        )
    alive = Twin.objects.filter(person=person, kind=kind.value, ended_at__isnull=True, ends_at__gt=order.at)
    if alive.count() >= ALIVE:
        raise _too_many("Bạn đang có quá nhiều bản điện tử còn hiệu lực.", "You hold too many digital copies already.")
    mine.filter(redeemed_at__isnull=True, cancelled_at__isnull=True).update(cancelled_at=order.at)
    made = TwinOffer.objects.create(
        key=uuid4(),
        made_at=order.at,
        ends_at=order.at + OFFER_LIVES,
        person=person,
        kind=kind.value,
        card=card,
        licence_id=licence_id if kind is Kind.LICENCE else None,
        commune_code=person.commune_code or "",
        province_code=person.province_code or "",
        act=order.act,
    )
    return Done(made.pk, [_subject(made)], {"offer": made.pk, "kind": kind.value})


@operation("idcards.twin_offer_tried", roles=frozenset({Role.SYSTEM}))
def redeem_offer(order: Order, /, *, key: UUID, digits: str, secret: bytes) -> Done[bool]:
    """Redeem an offer with its transaction code, once. A wrong code counts, and so many of them end the offer.

    Returns:
        Whether it was redeemed now.

    Raises:
        SosachError: STATE-01 no such offer.
    """
    row = TwinOffer.objects.select_for_update().filter(key=key).first()
    if row is None:
        raise no_offer()
    open_, right = may_redeem(row, order.at), same_digits(secret, key, digits)
    if open_ and right:
        row.redeemed_at, row.token_ends_at = order.at, order.at + TOKEN_LIVES
    elif open_:
        row.tries += 1
    row.save(update_fields=["redeemed_at", "token_ends_at", "tries"])
    result = "redeemed" if open_ and right else "wrong" if open_ else "closed"
    return Done(open_ and right, [_subject(row)], {"offer": row.pk, "result": result})


@operation("idcards.twin_issued", roles=CITIZENS)
def issue_twins(
    order: Order, /, *, key: UUID, form: Form, content: Content, holders: Mapping[HolderKey, str], press: Press
) -> Done[Given]:
    """Give a wallet the twins of a redeemed offer, one for each of its keys; each has its own place in a status list.

    Args:
        order: the citizen who made the offer, in whose name the wallet acts by its token.
        key: of the offer.
        form: format.
        content: what they say, read just now.
        holders: keys of the wallet, each with the nonce it signed to prove that the wallet holds it.
        press: with what they are made.

    Raises:
        SosachError: STATE-01 no such offer of theirs; STATE-02 it was not redeemed, its token is over, all copies were given,
            or the card is not active any more; STATE-03 a proof was used before; KEY-03 the issuer's key is past its period of use.
    """
    require_period(press.issuer.chain[0], at=order.at)
    person = _me(order)
    offer = TwinOffer.objects.filter(key=key, person=person, kind=content.kind.value).select_related("card").first()
    if offer is None:
        raise no_offer()
    if offer.token_ends_at is None or order.at > offer.token_ends_at or offer.card.state != CardState.ACTIVE.value:
        raise _too_many("Mã nhận không còn dùng được.", "The offer cannot be used any more.")
    if offer.twins.filter(form=form.value).count() + len(holders) > COPIES or not holders:
        raise _too_many("Mã nhận đã dùng đủ số bản.", "All copies of this offer were given.")
    rows, notice = [_row(order, offer, form, content, holder) for holder in holders], uuid4()
    for row, nonce in zip(rows, holders.values(), strict=True):
        row.notice, row.proof = notice, proof_of(nonce, row.holder_key)
        _insert(row)
    given = tuple(_made(order, row, content, holder, press) for row, holder in zip(rows, holders, strict=True))
    told = {"offer": offer.pk, "kind": offer.kind, "form": form.value, "twins": [row.pk for row in rows]}
    return Done(Given(given, notice), [_subject(offer)], told)


@operation("idcards.twin_ended", roles=CITIZENS)
def end_twin(order: Order, /, *, twin_id: int) -> Done[bool]:
    """End an own twin, wherever it is: its wallet is lost, say. Again, it changes nothing.

    Returns:
        Whether it ended now.

    Raises:
        SosachError: STATE-01 no such twin of theirs.
    """
    row = Twin.objects.select_for_update().filter(pk=twin_id, person_id=order.actor.person_id).first()
    if row is None:
        raise SosachError(ErrorCode.NOT_FOUND, vi="Không có bản điện tử này.", en="There is no such digital copy.")
    return Done(_end(order, row, End.HOLDER), [_subject(row)], {"twin": row.pk})


@operation("idcards.twin_noticed", roles=CITIZENS)
def notice_twins(order: Order, /, *, key: UUID, notice: UUID, said: Notice) -> Done[int]:
    """Take what a wallet tells of twins it was given; those it deleted, or could not keep, end.

    Returns:
        How many twins it is about.

    Raises:
        SosachError: STATE-01 they were not given under this offer.
    """
    rows = list(Twin.objects.select_for_update().filter(notice=notice, offer__key=key, person_id=order.actor.person_id))
    if not rows:
        raise no_offer()
    for row in rows:
        if said is Notice.ACCEPTED:
            row.accepted_at = row.accepted_at or order.at
            row.save(update_fields=["accepted_at"])
        else:
            _end(order, row, End.WALLET)
    return Done(len(rows), [_subject(rows[0])], {"twins": [row.pk for row in rows], "said": said.value})


def _me(order: Order) -> Person:
    """The citizen, one act at a time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK_KEY, str(order.actor.person_id)])
    person = Person.objects.filter(pk=order.actor.person_id).first()
    if person is None:
        raise _no_card()
    return person


def _row(order: Order, offer: TwinOffer, form: Form, content: Content, holder: HolderKey) -> Twin:
    last_day = content.expires
    return Twin(
        offer=offer,
        person_id=offer.person_id,
        kind=offer.kind,
        card_id=offer.card_id,
        licence_id=offer.licence_id,
        commune_code=offer.commune_code,
        province_code=offer.province_code,
        form=form.value,
        classes=[each.origin for each in content.privileges] if isinstance(content, Driving) else [],
        holder_key=holder.thumbprint(),
        issued_at=order.at,
        ends_at=twin_ends(order.at, last_day=last_day),
        act=order.act,
    )


def _insert(row: Twin) -> None:
    """Store a twin; the database knows every proof that was used, also those of other people.

    Raises:
        SosachError: STATE-03.
    """
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as refused:
        if Twin.proof.field.name not in str(refused):
            raise
        raise SosachError(
            ErrorCode.CONFLICT, vi="Bằng chứng giữ khóa đã dùng rồi.", en="The proof was used before."
        ) from refused


def _made(order: Order, row: Twin, content: Content, holder: HolderKey, press: Press) -> str:
    """The credential as OpenID4VCI carries it (appendix A.2.4, A.3.4)."""
    number, place = place_of(press.secret, row.pk)
    terms = Terms(holder, order.at, row.ends_at, (press.address_of(number), place))
    today = day_of(order.at)
    if row.form == Form.MDOC:
        return encoded(issue_mdoc(content, terms, press.issuer, today=today))
    return issue_sd_jwt(content, terms, press.issuer, today=today)


def _end(order: Order, row: Twin, by: End) -> bool:
    if row.ended_at is not None:
        return False
    row.ended_at, row.ended_by = order.at, by.value
    row.save(update_fields=["ended_at", "ended_by"])
    return True


def _subject(row: TwinOffer | Twin) -> Subject:
    return Subject("person", str(row.person_id), row.commune_code)


def _no_card() -> SosachError:
    return SosachError(
        ErrorCode.NOT_FOUND,
        vi="Bạn chưa có thẻ căn cước đang có hiệu lực.",
        en="You have no ID card in force.",
        hint_vi="Bản điện tử được làm từ thẻ đang có hiệu lực.",
        hint_en="A digital copy is made from a card in force.",
    )


def _too_many(vi: str, en: str) -> SosachError:
    return SosachError(
        ErrorCode.STATE_FORBIDS,
        vi=vi,
        en=en,
        hint_vi="Mở trang “Giấy tờ điện tử của tôi”.",
        hint_en="Open “My digital credentials”.",
    )
