"""The verdict on a card: every rule is asked by itself, and a card is accepted only when each was shown to hold."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sosach.chip.files.card import CardFiles
from sosach.chip.verifying import groups, issuer, person, shape, signature, standing
from sosach.chip.verifying.evidence import REFUSED, Evidence, RegisterWord, Trust


class Rule(StrEnum):
    """The closed list of rules; `wording.py` says what is wrong when one does not hold."""

    CANONICAL = "canonical"
    ONE_SIGNER = "one-signer"
    LOW_S = "low-s"
    SIGNED = "signed"
    NAMES_CONTENT = "names-content"
    CHAIN = "chain"
    COUNTRY = "country"
    SIGNS_DOCUMENTS = "signs-documents"
    DOCUMENT_TYPE = "document-type"
    VALID_NOW = "valid-now"
    SIGNED_IN_TIME = "signed-in-time"
    REVOCATIONS_FRESH = "revocations-fresh"
    NOT_REVOKED = "not-revoked"
    UNCHANGED = "unchanged"
    COVERED = "covered"
    COMPLETE = "complete"
    LISTED = "listed"
    OPENED = "opened"
    ZONE_SOUND = "zone-sound"
    SAME_PERSON = "same-person"
    NOT_EXPIRED = "not-expired"
    CHIP_ANSWERED = "chip-answered"
    IN_FORCE = "in-force"
    AS_ISSUED = "as-issued"


RULES: Mapping[Rule, Callable[[Evidence], bool]] = {
    Rule.CANONICAL: shape.canonical,
    Rule.ONE_SIGNER: shape.one_signer,
    Rule.LOW_S: shape.low_s,
    Rule.SIGNED: signature.signed,
    Rule.NAMES_CONTENT: signature.names_content,
    Rule.CHAIN: issuer.chain,
    Rule.COUNTRY: issuer.country,
    Rule.SIGNS_DOCUMENTS: issuer.signs_documents,
    Rule.DOCUMENT_TYPE: issuer.document_type,
    Rule.VALID_NOW: issuer.valid_now,
    Rule.SIGNED_IN_TIME: issuer.signed_in_time,
    Rule.REVOCATIONS_FRESH: issuer.revocations_fresh,
    Rule.NOT_REVOKED: issuer.not_revoked,
    Rule.UNCHANGED: groups.unchanged,
    Rule.COVERED: groups.covered,
    Rule.COMPLETE: groups.complete,
    Rule.LISTED: groups.listed,
    Rule.OPENED: groups.opened,
    Rule.ZONE_SOUND: person.zone_sound,
    Rule.SAME_PERSON: person.same_person,
    Rule.NOT_EXPIRED: person.not_expired,
    Rule.CHIP_ANSWERED: standing.chip_answered,
    Rule.IN_FORCE: standing.in_force,
    Rule.AS_ISSUED: standing.as_issued,
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found.

    Attributes:
        faults: rules that do not hold, in the order of the list.
        unasked: rules nobody could try: the chip was not challenged, the register not asked.
    """

    faults: tuple[Rule, ...]
    unasked: tuple[Rule, ...]

    @property
    def accepted(self) -> bool:
        """Every rule was tried and holds: the card may be relied upon."""
        return not self.faults and not self.unasked

    @property
    def genuine(self) -> bool:
        """Every rule that was tried holds: the files are the issuer's, which a copy's are as well."""
        return not self.faults


def verify(
    files: CardFiles, trust: Trust, *, register: RegisterWord | None = None, chip_authentic: bool | None = None
) -> Verdict:
    """Try every rule on a card. Total: whatever the files hold, there is a verdict.

    Args:
        files: as read off the card; DG3 may be missing, which readers have no right to.
        trust: authorities, revocation lists, moment.
        register: what the register says of the card; None: not asked.
        chip_authentic: whether active or chip authentication succeeded; None: not tried.
    """
    card = Evidence(files, trust, register, chip_authentic)
    unasked: tuple[Rule, ...] = () if chip_authentic is not None else (Rule.CHIP_ANSWERED,)
    unasked += () if register is not None else (Rule.IN_FORCE, Rule.AS_ISSUED)
    return Verdict(tuple(broken(card, (rule for rule in RULES if rule not in unasked))), unasked)


def broken(card: Evidence, rules: Iterable[Rule]) -> list[Rule]:
    """Which of some rules a card was not shown to keep."""
    return [rule for rule in rules if not _holds(RULES[rule], card)]


def _holds(rule: Callable[[Evidence], bool], card: Evidence) -> bool:
    try:
        return rule(card) is True
    except REFUSED:
        return False
