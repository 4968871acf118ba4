"""Columns of the register of ID cards."""

from sosach.domain.idcards.models.applications import (
    Application,
    ApplicationPause,
    ApplicationStep,
    ApplicationTransfer,
    Attempt,
    Paper,
)
from sosach.domain.idcards.models.blanks import Blank, BlankDelivery, Destruction
from sosach.domain.idcards.models.cards import Card, CardEvent, Parcel, ReadBack
from sosach.domain.idcards.models.enrolment import Doubt, DoubtVerdict, Packet, SealedPicture
from sosach.domain.idcards.models.production import DocumentSigner, Job, JobPackage, JobReport, LineFinding, Machine
from sosach.domain.idcards.models.twins import Twin, TwinOffer

__all__ = [
    "Application",
    "ApplicationPause",
    "ApplicationStep",
    "ApplicationTransfer",
    "Attempt",
    "Blank",
    "BlankDelivery",
    "Card",
    "CardEvent",
    "Destruction",
    "DocumentSigner",
    "Doubt",
    "DoubtVerdict",
    "Job",
    "JobPackage",
    "JobReport",
    "LineFinding",
    "Machine",
    "Packet",
    "Paper",
    "Parcel",
    "ReadBack",
    "SealedPicture",
    "Twin",
    "TwinOffer",
]
