"""The reference page of procedures: what may be done to the registers, by whom, within which time."""

from sosach.cli.reference_verbs import Verb, verbs
from sosach.domain.idcards.rules.applications import WORKING_DAYS as CARD_WORKING_DAYS
from sosach.domain.licences.rules.procedures import WORKING_DAYS, Procedure
from sosach.domain.population.rules.numbers import CORRECTION_WORKING_DAYS, RENUMBERING_WORKING_DAYS
from sosach.domain.vehicles.rules import CERTIFICATE_DAYS, NOTICE_DAYS, PLATE_DAYS, TEMPORARY_DAYS, TEMPORARY_LIMIT
from sosach.vn.catalogue import legal_sources

SUBJECTS = (
    "population",
    "vehicles",
    "licences",
    "idcards",
    "declarations",
    "campaign",
    "exchange",
    "provenance",
    "access",
    "places",
    "audit",
)


def _days(count: int) -> str:
    return f"{count} working day" + ("s" if count > 1 else "")


_CERTIFICATE = _days(CERTIFICATE_DAYS)
_BY_KIND = "by kind ([declarations](declarations.md))"
_TRANSFER = f"certificate {_CERTIFICATE}"
LIMITS: dict[str, str] = {
    "population.ask_new_pin": f"decided within {_days(RENUMBERING_WORKING_DAYS)}",
    "population.ask_correction": f"decided within {_days(CORRECTION_WORKING_DAYS)}",
    "vehicles.register_first": f"certificate {_CERTIFICATE}",
    "vehicles.register_temporarily": f"{_days(TEMPORARY_LIMIT)}; valid {TEMPORARY_DAYS} days",
    "vehicles.renew_temporary": f"{_days(TEMPORARY_LIMIT)}; valid {TEMPORARY_DAYS} days more",
    "vehicles.withdraw": f"{_days(1)} online, else {_CERTIFICATE}",
    "vehicles.transfer": _TRANSFER,
    "vehicles.transfer_with_papers": _TRANSFER,
    "vehicles.transfer_after_notice": _TRANSFER,
    "vehicles.open_notice": f"public for {NOTICE_DAYS} days",
    "vehicles.exchange": f"{_CERTIFICATE}; {_days(PLATE_DAYS)} where a plate is made",
    "vehicles.reissue_certificate": _CERTIFICATE,
    "vehicles.reissue_plate": _days(PLATE_DAYS),
    "vehicles.report_papers_lost": f"checked for {NOTICE_DAYS} days",
    "licences.issue": f"{_days(WORKING_DAYS[Procedure.ISSUE])}; electronic {_days(WORKING_DAYS[Procedure.ELECTRONIC])}",
    "licences.add_class": _days(WORKING_DAYS[Procedure.ADD_CLASS]),
    "licences.exchange": _days(WORKING_DAYS[Procedure.EXCHANGE]),
    "licences.reissue": _days(WORKING_DAYS[Procedure.REISSUE]),
    "licences.convert_paper": _days(WORKING_DAYS[Procedure.CONVERT_PAPER]),
    "licences.issue_electronic": _days(WORKING_DAYS[Procedure.ELECTRONIC]),
    "licences.revoke": _days(WORKING_DAYS[Procedure.REVOKE]),
    "idcards.open_application": f"card within {_days(CARD_WORKING_DAYS)}; stands still while the citizen has to act",
    "declarations.declare": _BY_KIND,
    "declarations.submit": _BY_KIND,
    "declarations.answer": _BY_KIND,
    "declarations.verify": f"where papers are missing: public for {NOTICE_DAYS} days",
    "provenance.propose": f"population: decided within {_days(CORRECTION_WORKING_DAYS)}",
}
_HEAD = """# Thủ tục / Procedures

*This page is generated (`make docs`); do not edit it by hand.*

Mọi việc làm thay đổi sổ và mọi lượt xem dữ liệu cá nhân, lấy từ mã nguồn: sự kiện để lại trong nhật ký, vai trò được làm, thời hạn.
Every function that changes a register and every look at people's data, as the two gates (`operation`, `reading`) were told: the event it
leaves, the roles that may, the time limit. ● reaches beyond the own territory ([which, and why](rights.md)). Time limits run from the
day the papers come in, over the working days of `sosach.vn.working_days`; the last day stands with the record. A limit of "–" is none
that the program keeps. To add one: [how](../howto/add-a-procedure.md).
"""
_CHANGES = "| Function | Event | Việc | What it does | Roles | Time limit | Law |\n|---|---|---|---|---|---|---|"
_LOOKS = "| Look | Event | Việc | What it shows | Roles |\n|---|---|---|---|---|"


def procedures_page() -> str:
    """The whole page, Markdown: for each subject its changes, then its looks."""
    return "\n".join([_HEAD, *(_section(subject) for subject in SUBJECTS if _of(subject))])


def _of(subject: str) -> list[Verb]:
    return [verb for verb in verbs() if verb.subject == subject]


def _section(subject: str) -> str:
    changes = [_change(verb) for verb in _of(subject) if not verb.event.access]
    looks = [_look(verb) for verb in _of(subject) if verb.event.access]
    parts = [f"## {subject}", ""]
    parts += [_CHANGES, *changes, ""] if changes else []
    parts += [_LOOKS, *looks, ""] if looks else []
    return "\n".join(parts)


def _change(verb: Verb) -> str:
    limit = LIMITS.get(f"{verb.subject}.{verb.name}", "–")
    law = "; ".join(legal_sources()[source].en for source in verb.event.legal) or "–"
    return f"{_start(verb)} | {_roles(verb)} | {limit} | {law} |"


def _look(verb: Verb) -> str:
    return f"{_start(verb)} | {_roles(verb)} |"


def _start(verb: Verb) -> str:
    beyond = " ●" if verb.nationwide else ""
    return f"| `{verb.name}`{beyond} | {verb.event.code} | {verb.event.vi} | {verb.summary.replace('|', '/')}"


def _roles(verb: Verb) -> str:
    return "everybody" if len(verb.roles) == len(type(next(iter(verb.roles)))) else ", ".join(sorted(verb.roles))
