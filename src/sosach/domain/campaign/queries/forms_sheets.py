"""Work lists as workbooks: a selection written out, and one that came back beside what the registers hold now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sosach.base.errors import ErrorCode, SosachError
from sosach.base.registers import Register
from sosach.domain.access.models import Officer
from sosach.domain.access.queries import Look, Seen, reading, scoped
from sosach.domain.campaign.models import Campaign, Case, Duty, Visit
from sosach.domain.campaign.queries.filters import ORDERS, selected
from sosach.domain.campaign.queries.forms_keys import key_for
from sosach.domain.campaign.queries.lists import READERS, Line, lines_of, subjects_of
from sosach.domain.campaign.rules.forms import result_class_words
from sosach.domain.campaign.rules.sheets import (
    MOST_ROWS,
    Column,
    Comparison,
    ListRow,
    Present,
    ReadRow,
    compare,
    outcomes,
    plain,
    read_list,
    statuses,
    write_list,
)
from sosach.domain.campaign.rules.wanted import Order, Wanted
from sosach.domain.campaign.states.cases import CLOSED
from sosach.domain.vehicles.models import Vehicle
from sosach.vn.catalogue import catalogue

LISTS: Final = "work lists"
STATES: Final[Mapping[str, str]] = {
    "imported": "Chưa giao",
    "assigned": "Đã giao",
    "contacted": "Đã gặp chủ",
    "unreachable": "Chưa gặp được",
    "declared": "Đã kê khai",
    "verified": "Đã xác minh",
    "approved": "Đã phê duyệt",
    "returned": "Trả lại",
    "conflict": "Tranh chấp",
    "moved": "Chuyển đến",
    "cleaned": "Đã làm sạch",
    "gone": "Không còn cảnh báo",
}


@dataclass(frozen=True, slots=True)
class WrittenList:
    """A work list to take along.

    Attributes:
        content: XLSX.
        rows: how many.
    """

    content: bytes
    rows: int


@reading("campaign.list_written", roles=READERS)
def written_list(look: Look, *, campaign_id: int, wanted: Wanted, order: Order = Order.PLACE) -> Seen[WrittenList]:
    """The cases of a filter as a workbook: yellow columns may be filled in, the rest is to look at.

    Raises:
        SosachError: STATE-01 no such campaign; STATE-04 more cases than a workbook takes.
    """
    campaign = _campaign(campaign_id)
    rows = selected(look.actor, campaign_id, wanted).select_related("officer").order_by(*ORDERS[order])
    cases = list(rows[: MOST_ROWS + 1])
    if len(cases) > MOST_ROWS:
        raise SosachError(
            ErrorCode.INPUT_INCOMPLETE,
            vi=f"Mỗi bảng tính tối đa {MOST_ROWS} dòng; hãy lọc hẹp hơn.",
            en=f"At most {MOST_ROWS} rows in a workbook; narrow the filter.",
        )
    kept = _vehicles(cases)
    listed = [_row(line, kept) for line in lines_of(cases)]
    titles = (campaign.name, f"{len(cases)} hồ sơ · chỉ điền cột nền vàng")
    offered = list(_officers(campaign, look))
    content = write_list(listed, titles=titles, officers=offered, campaign_id=campaign_id, key=key_for(LISTS))
    return Seen(WrittenList(content, len(cases)), subjects_of(cases), f"campaign-{campaign_id}")


@reading("campaign.list_compared", roles=READERS)
def compared_list(look: Look, *, campaign_id: int, content: bytes) -> Seen[Comparison]:
    """What a workbook that came back would change, cell by cell; nothing is changed.

    Raises:
        SosachError: STATE-01 no such campaign; INPUT-02 no workbook; INPUT-04 not one made here for this campaign.
    """
    campaign = _campaign(campaign_id)
    read = read_list(content, campaign_id=campaign_id, key=key_for(LISTS))
    rows = scoped(Case.objects.filter(campaign_id=campaign_id), look.actor).select_related("officer")
    cases = {case.pk: case for case in rows.filter(pk__in=[row.case_id for row in read.rows])}
    now = _Now(cases)
    found = compare(read, present_of=now.present, officers=_officers(campaign, look))
    return Seen(found, subjects_of(list(cases.values())), f"campaign-{campaign_id}")


class _Now:
    """What the registers hold for the rows of a workbook."""

    def __init__(self, cases: Mapping[int, Case]) -> None:
        self._cases = cases
        self._vehicles = _vehicles(cases.values())
        visits = Visit.objects.filter(case__in=cases).order_by("pk")
        self._last = {visit.case_id: visit for visit in visits}

    def present(self, row: ReadRow) -> Present | None:
        """For one row; None when its case is out of reach."""
        case = self._cases.get(row.case_id)
        if case is None:
            return None
        values = {column: plain(text) for column, text in _values(case, self._vehicles).items()}
        last = self._last.get(case.pk)
        if last is not None and case.visits != row.visits:  # somebody was there since the list was written
            values |= {Column.OUTCOME: outcomes()[last.outcome], Column.NOTE: plain(last.note)}
        return Present(case.version, values, case.state in CLOSED)


def _row(line: Line, vehicles: Mapping[int, Vehicle]) -> ListRow:
    case, record = line.case, line.record
    known = catalogue()
    shown = (
        record.title if record is not None else "",
        record.name if record is not None else "",
        record.address if record is not None else "",
        case.group or case.locality,
        result_class_words().get(case.result_class, ""),
        "; ".join(known[code].title["vi"] for code in case.codes if code in known),
        STATES[case.state],
        outcomes().get(case.last_outcome, ""),
        case.due_on.strftime("%d/%m/%Y") if case.due_on is not None else "",
    )
    return ListRow(case.pk, case.version, case.visits, shown, _values(case, vehicles))


def _values(case: Case, vehicles: Mapping[int, Vehicle]) -> dict[Column, str]:
    """What stands in the columns to fill in; those that are not for this kind of record are missing."""
    values = {Column.OUTCOME: "", Column.NOTE: "", Column.OFFICER: _named(case.officer) if case.officer else ""}
    if case.register == Register.VEHICLES and case.subject_id in vehicles:
        vehicle = vehicles[case.subject_id]
        values |= {Column.STATUS: statuses().get(vehicle.declared_status, ""), Column.PHONE: vehicle.owner_phone}
    return values


def _vehicles(cases: Iterable[Case]) -> dict[int, Vehicle]:
    ids = [case.subject_id for case in cases if case.register == Register.VEHICLES]
    return {vehicle.pk: vehicle for vehicle in Vehicle.objects.filter(pk__in=ids)}


def _officers(campaign: Campaign, look: Look) -> Sequence[str]:
    """Who may stand in the column of officers: those on duty in the campaign within reach."""
    duties = scoped(Duty.objects.filter(campaign=campaign, ended_at__isnull=True), look.actor).select_related("officer")
    return list(dict.fromkeys(_named(duty.officer) for duty in duties.order_by("officer__user_name")))


def _named(officer: Officer) -> str:
    """An officer in the workbook; the name of the account in brackets tells people of one name apart."""
    return plain(f"{officer.display_name} ({officer.user_name})")


def _campaign(campaign_id: int) -> Campaign:
    campaign = Campaign.objects.filter(pk=campaign_id).first()
    if campaign is None:
        raise SosachError(ErrorCode.NOT_FOUND, vi="Không có chiến dịch này.", en="No such campaign.")
    return campaign
