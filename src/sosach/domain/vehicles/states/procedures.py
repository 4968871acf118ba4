"""When each procedure may begin: the states of registration it starts from, and what stands in its way."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from sosach.domain.vehicles.rules import Registration


class BlockKind(StrEnum):
    """What can lie on a vehicle; most bar some procedures."""

    PLEDGE = "pledge"  # a creditor holds the certificate
    SEIZURE = "seizure"  # registration held or forbidden by an authority
    STOLEN = "stolen"
    OBJECTION = "objection"  # somebody disputes who owns it
    NOTICE = "notice"  # public notice of 30 days: somebody without papers wants it in his name
    PAPERS_CHECK = "papers_check"  # lost papers are checked for 30 days before a withdrawal


class Verb(StrEnum):
    """Procedures on a vehicle."""

    REGISTER_FIRST = "register_first"
    REGISTER_TEMPORARILY = "register_temporarily"
    RENEW_TEMPORARY = "renew_temporary"
    WITHDRAW = "withdraw"
    END_LIFE = "end_life"
    TRANSFER = "transfer"
    TRANSFER_COMBINED = "transfer_combined"
    TRANSFER_WITH_PAPERS = "transfer_with_papers"
    OPEN_NOTICE = "open_notice"
    REFUSE_NOTICE = "refuse_notice"
    TRANSFER_AFTER_NOTICE = "transfer_after_notice"
    OBJECT = "object_to"
    SETTLE_OBJECTION = "settle_objection"
    EXCHANGE = "exchange"
    REISSUE_CERTIFICATE = "reissue_certificate"
    REPORT_PLATE_LOST = "report_plate_lost"
    REISSUE_PLATE = "reissue_plate"
    REPORT_PAPERS_LOST = "report_papers_lost"
    REPORT_STOLEN = "report_stolen"
    REPORT_RECOVERED = "report_recovered"
    PLEDGE = "pledge"
    SEIZE = "seize"
    LIFT = "lift"
    DECLARE_STATUS = "declare_status"
    CONFIRM_STATUS = "confirm_status"
    CORRECT = "correct"


@dataclass(frozen=True, slots=True)
class _Rule:
    """What a procedure needs: states it starts from, blocks that bar it, blocks that must be there."""

    states: frozenset[Registration]
    barred_by: frozenset[BlockKind] = frozenset()
    needs: frozenset[BlockKind] = frozenset()


_NEW = frozenset({Registration.NONE})
_REGISTERED = frozenset({Registration.REGISTERED})
_WITHDRAWN = frozenset({Registration.WITHDRAWN})
_OWNED = _REGISTERED | _WITHDRAWN
_ANY = frozenset(Registration)
_LIVING = _ANY - {Registration.ENDED}
_CLAIMS = frozenset({
    BlockKind.PLEDGE, BlockKind.SEIZURE, BlockKind.STOLEN, BlockKind.OBJECTION, BlockKind.NOTICE,
})  # fmt: skip
_POLICE = frozenset({BlockKind.SEIZURE, BlockKind.STOLEN})

RULES: dict[Verb, _Rule] = {
    Verb.REGISTER_FIRST: _Rule(_NEW | {Registration.TEMPORARY}, _CLAIMS),
    Verb.REGISTER_TEMPORARILY: _Rule(_NEW, _POLICE),
    Verb.RENEW_TEMPORARY: _Rule(frozenset({Registration.TEMPORARY}), _POLICE),
    Verb.WITHDRAW: _Rule(_REGISTERED, _CLAIMS),
    Verb.END_LIFE: _Rule(_OWNED, _CLAIMS),
    Verb.TRANSFER: _Rule(_WITHDRAWN, _CLAIMS),
    Verb.TRANSFER_COMBINED: _Rule(_REGISTERED, _CLAIMS),
    Verb.TRANSFER_WITH_PAPERS: _Rule(_OWNED, _CLAIMS),
    Verb.OPEN_NOTICE: _Rule(_OWNED, _CLAIMS),
    Verb.REFUSE_NOTICE: _Rule(_ANY, needs=frozenset({BlockKind.NOTICE})),
    Verb.TRANSFER_AFTER_NOTICE: _Rule(_OWNED, _CLAIMS - {BlockKind.NOTICE}, frozenset({BlockKind.NOTICE})),
    Verb.OBJECT: _Rule(_LIVING),
    Verb.SETTLE_OBJECTION: _Rule(_ANY, needs=frozenset({BlockKind.OBJECTION})),
    Verb.EXCHANGE: _Rule(_REGISTERED, _POLICE),
    Verb.REISSUE_CERTIFICATE: _Rule(_REGISTERED, _POLICE | {BlockKind.PLEDGE}),
    Verb.REPORT_PLATE_LOST: _Rule(_REGISTERED),
    Verb.REISSUE_PLATE: _Rule(_REGISTERED, _POLICE),
    Verb.REPORT_PAPERS_LOST: _Rule(_REGISTERED, frozenset({BlockKind.PAPERS_CHECK})),
    Verb.REPORT_STOLEN: _Rule(_LIVING, frozenset({BlockKind.STOLEN})),
    Verb.REPORT_RECOVERED: _Rule(_ANY, needs=frozenset({BlockKind.STOLEN})),
    Verb.PLEDGE: _Rule(_OWNED, _CLAIMS),
    Verb.SEIZE: _Rule(_LIVING),
    Verb.LIFT: _Rule(_ANY),
    Verb.DECLARE_STATUS: _Rule(_ANY),
    Verb.CONFIRM_STATUS: _Rule(_ANY),
    Verb.CORRECT: _Rule(_ANY),
}


def refusal(verb: Verb, registration: Registration, blocks: Collection[BlockKind]) -> str | None:
    """Why a procedure cannot begin: the state, the block that bars it or the one it needs; None when it may.

    >>> refusal(Verb.WITHDRAW, Registration.REGISTERED, [BlockKind.PLEDGE])
    'pledge'
    >>> refusal(Verb.TRANSFER, Registration.REGISTERED, []), refusal(Verb.TRANSFER, Registration.WITHDRAWN, [])
    ('registered', None)
    """
    rule, there = RULES[verb], frozenset(blocks)
    if registration not in rule.states:
        return str(registration)
    if barring := sorted(rule.barred_by & there):
        return str(barring[0])
    if missing := sorted(rule.needs - there):
        return f"no {missing[0]}"
    return None
