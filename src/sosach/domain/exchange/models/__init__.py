"""Columns of the exchange."""

from sosach.domain.exchange.models.batches import AgreedState, Batch, Incoming, Item
from sosach.domain.exchange.models.calls import Contact, HeardCall
from sosach.domain.exchange.models.civil import CivilNotice
from sosach.domain.exchange.models.dci import CallBack, LifeWatch
from sosach.domain.exchange.models.enrollments import CredentialRequest, Enrollment, EnrollmentFile
from sosach.domain.exchange.models.following import Following, ReactionLine
from sosach.domain.exchange.models.identities import FiledIdentity, FiledPerson
from sosach.domain.exchange.models.links import Link
from sosach.domain.exchange.models.matching import MatcherTask
from sosach.domain.exchange.models.partners import (
    AgreementRow,
    Disclosure,
    Partner,
    PartnerKey,
    Pseudonym,
    Refusal,
    SpentToken,
)
from sosach.domain.exchange.models.subscriptions import Delivery, PartnerTopic, Subscription
from sosach.domain.exchange.models.surveys import SurveyBatch, SurveyCard, SurveyDoubt, SurveySlip

__all__ = [
    "AgreedState",
    "AgreementRow",
    "Batch",
    "CallBack",
    "CivilNotice",
    "Contact",
    "CredentialRequest",
    "Delivery",
    "Disclosure",
    "Enrollment",
    "EnrollmentFile",
    "FiledIdentity",
    "FiledPerson",
    "Following",
    "HeardCall",
    "Incoming",
    "Item",
    "LifeWatch",
    "Link",
    "MatcherTask",
    "Partner",
    "PartnerKey",
    "PartnerTopic",
    "Pseudonym",
    "ReactionLine",
    "Refusal",
    "SpentToken",
    "Subscription",
    "SurveyBatch",
    "SurveyCard",
    "SurveyDoubt",
    "SurveySlip",
]
