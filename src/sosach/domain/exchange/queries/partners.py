"""Who asks, and on the strength of which agreement; asked of the database for every request, so that a suspension bites at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Q, Subquery

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.access.rules.purposes import purposes
from sosach.domain.audit.rules import Actor, ActorKind, Level, account_key
from sosach.domain.exchange.models import AgreementRow, Partner, PartnerKey
from sosach.domain.exchange.rules.agreements import Agreement, Proof, Refused, agreement_of
from sosach.domain.population.rules.days import day_of

# Before anybody acts: the installation itself looks up who stands at the door.
DOOR = Actor(ActorKind.SYSTEM, "exchange-door", Level.NATION, roles=frozenset({Role.SYSTEM}))


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, on the strength of which agreement.

    Attributes:
        actor: as the log and the policy know it.
        partner: its short key (`thue`).
        agreement: the one in force at that moment.
        scopes: asked for in the token and granted by the agreement.
        purpose: code of a purpose, one of the agreement's.
        user: the officer at the agency, as it names them.
        represented: the party it acts for (X-Road).
        reference: their case.
        consent: reference of the person's consent.
        scope: the one it was admitted to.
    """

    actor: Actor
    partner: str
    agreement: Agreement
    scopes: frozenset[str]
    purpose: str
    user: str = ""
    represented: str = ""
    reference: str = ""
    consent: str = ""
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a partner stands at a moment.

    Attributes:
        actor: as whom it acts.
        partner: its key.
        suspended: whether nothing it asks is answered.
        agreement: the one in force; None: there is none.
        keys: public keys it signs with, by their names.
    """

    actor: Actor
    partner: str
    suspended: bool
    agreement: Agreement | None
    keys: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request says of itself.

    Attributes:
        scope: needed at the address.
        scopes: what the caller asked for; None: all that was granted.
        purpose: code; "": the agreement's only one.
        user: the officer at the agency.
        represented: the party it acts for.
        reference: their case.
        consent: reference of a consent.
    """

    scope: str
    scopes: frozenset[str] | None = None
    purpose: str = ""
    user: str = ""
    represented: str = ""
    reference: str = ""
    consent: str = ""


class PartnerRefusedError(SosachError):
    """A partner that is known was refused; `why` counts in its statement."""

    def __init__(self, why: Refused, *, vi: str, en: str) -> None:
        super().__init__(ErrorCode.ACCESS_DENIED, vi=vi, en=en)
        self.why = why


def standing_of(key: str, *, at: datetime) -> Standing | None:
    """How the partner of that key stands; None: nobody is called so."""
    return _standing(Q(key=key), at=at)


def standing_by(proof: Proof, name: str, *, at: datetime) -> Standing | None:
    """How the partner stands that is known by a certificate or by its name in X-Road; None: nobody is."""
    known = PartnerKey.objects.filter(proof=proof, name=name, ended_at__isnull=True)
    return _standing(Q(pk__in=known.values("partner_id")), at=at)


def _standing(which: Q, *, at: datetime) -> Standing | None:
    day = day_of(at)
    # a version that ended is not followed by the one before it
    latest = AgreementRow.objects.filter(partner=OuterRef("pk"), begins_on__lte=day).order_by("-version")
    terms, version = (Subquery(latest.values(name)[:1]) for name in ("terms", "version"))
    with acting(DOOR):
        partner = Partner.objects.filter(which).annotate(terms=terms, version=version).first()
        if partner is None:
            return None
        keys = PartnerKey.objects.filter(partner=partner, proof=Proof.SIGNATURE, ended_at__isnull=True)
        signing = dict(keys.order_by("pk").values_list("name", "public"))
    found = agreement_of(partner.terms, partner=partner.key, version=partner.version) if partner.version else None
    agreement = found if found is not None and found.holds(day) else None
    roles = frozenset({Role.PARTNER}) | (agreement.roles if agreement else frozenset())
    actor = Actor(ActorKind.PARTNER, account_key(ActorKind.PARTNER, partner.pk), Level.NATION, roles=roles)
    return Standing(actor, partner.key, partner.suspended_at is not None, agreement, signing)


def admitted(standing: Standing, asked: Asked) -> Caller:
    """The caller, as far as partner and agreement stand and cover what is asked.

    Raises:
        PartnerRefusedError: ACCESS-01, suspended, no agreement in force, a scope or a purpose that was not agreed.
        SosachError: STATE-04, the purpose needs the number of a case.
    """
    agreement = standing.agreement
    if standing.suspended:
        raise PartnerRefusedError(
            Refused.SUSPENDED, vi="Việc chia sẻ với đối tác đang tạm dừng.", en="Sharing with the partner is suspended."
        )
    if agreement is None:
        raise PartnerRefusedError(
            Refused.NO_AGREEMENT, vi="Không có thỏa thuận đang hiệu lực.", en="There is no agreement in force."
        )
    scopes = agreement.scopes if asked.scopes is None else agreement.scopes & asked.scopes
    if asked.scope not in scopes:
        raise PartnerRefusedError(
            Refused.SCOPE, vi="Thỏa thuận hoặc mã truy cập không có phạm vi này.", en="The scope was not granted."
        )
    purpose = asked.purpose or (next(iter(agreement.purposes)) if len(agreement.purposes) == 1 else "")
    if purpose not in agreement.purposes:
        raise PartnerRefusedError(
            Refused.PURPOSE, vi="Mục đích không có trong thỏa thuận.", en="The purpose was not agreed."
        )
    if purposes()[purpose].case and not asked.reference:
        raise SosachError(
            ErrorCode.INPUT_INCOMPLETE,
            vi="Mục đích này cần số vụ việc.",
            en="This purpose needs the number of a case.",
        )
    return Caller(
        actor=standing.actor,
        partner=standing.partner,
        agreement=agreement,
        scopes=scopes,
        purpose=purpose,
        user=asked.user,
        represented=asked.represented,
        reference=asked.reference,
        consent=asked.consent,
        scope=asked.scope,
    )


def partner_names(keys: frozenset[str]) -> dict[str, dict[str, str]]:
    """Names of partners in both languages, by the key of their account; who partners are is public."""
    wanted = [int(key.rpartition("-")[2]) for key in keys if key.rpartition("-")[0] == ActorKind.PARTNER]
    if not wanted:
        return {}
    with acting(DOOR):
        rows = Partner.objects.filter(pk__in=wanted).values_list("pk", "vi", "en")
        return {account_key(ActorKind.PARTNER, pk): {"vi": vi, "en": en} for pk, vi, en in rows}
