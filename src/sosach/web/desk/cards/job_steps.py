"""What can be done with production jobs: planned, signed, released by a second person, reported, settled, closed."""

from collections.abc import Callable
from typing import Any, Final

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sosach.chip.profiles import DEFAULT, PROFILES
from sosach.domain.access.operations import Order
from sosach.domain.idcards.operations.jobs import LARGEST, cancel_job, plan_job, release_job, sign_job
from sosach.domain.idcards.operations.keys import register_machine, register_signer, retire_machine
from sosach.domain.idcards.operations.quality import close_job
from sosach.domain.idcards.operations.reports import settle_finding, take_report
from sosach.domain.idcards.queries.production import FindingLine, JobSeen, machines
from sosach.domain.idcards.states.jobs import STEPS, JobStep, Outcome
from sosach.web.desk.cards import house
from sosach.web.desk.cards.steps import NothingForm, ReasonForm, Step, Told
from sosach.web.desk.cards.words import APPROVERS, CHECKERS, FINDINGS, OUTCOMES, PURPOSE, STOREKEEPERS, said
from sosach.web.frame.forms import Form
from sosach.web.frame.pages import look

_LARGEST_REPORT: Final = 8_000_000


class PlanForm(Form):
    """How many cards of which kind, by which machine."""

    machine_id = forms.TypedChoiceField(label=gettext_lazy("Máy cá thể hóa"), coerce=int)
    profile = forms.ChoiceField(
        label=gettext_lazy("Mẫu thẻ"), choices=[(name, name) for name in PROFILES], initial=DEFAULT
    )
    limit = forms.IntegerField(
        label=gettext_lazy("Nhiều nhất bao nhiêu thẻ"), min_value=1, max_value=LARGEST, initial=100
    )
    read_one_in = forms.IntegerField(
        label=gettext_lazy("Đọc lại một trong bao nhiêu thẻ"),
        help_text=gettext_lazy("1 là đọc lại tất cả."),
        min_value=1,
        max_value=LARGEST,
        initial=1,
    )


class MachineForm(Form):
    """A machine and the keys it is known by."""

    name = forms.CharField(label=gettext_lazy("Tên máy"), max_length=80)
    transport_key = forms.FileField(label=gettext_lazy("Khóa nhận gói dữ liệu (DER)"))
    report_key = forms.FileField(label=gettext_lazy("Khóa ký báo cáo (DER)"))


class ReportForm(Form):
    """What the machine told."""

    report = forms.FileField(label=gettext_lazy("Tệp báo cáo của máy"))

    def clean_report(self) -> bytes:
        """Its bytes.

        Raises:
            ValidationError: it is larger than any report.
        """
        file = self.cleaned_data["report"]
        if file.size > _LARGEST_REPORT:
            raise forms.ValidationError(_("Tệp quá lớn, không phải báo cáo của máy."))
        return bytes(file.read())


class SettleForm(ReasonForm):
    """What became of the card."""

    field_order = ("outcome", "reason")
    outcome = forms.ChoiceField(label=gettext_lazy("Kết luận"), choices=list(OUTCOMES.items()))


def list_steps(request: HttpRequest) -> list[Step]:
    """What can be done beside the list of jobs."""
    known = machines(look(request, PURPOSE))
    working = [(each.id, each.name) for each in known if each.retired_at is None]

    def planned(order: Order, told: Told) -> tuple[str, str]:
        made = plan_job(order, **told)
        return _("Đã lập lệnh %(number)s, đã giữ phôi.") % {"number": made.pk}, reverse("desk:card-job", args=[made.pk])

    def machine(order: Order, told: Told) -> str:
        register_machine(
            order, name=told["name"], transport_key=told["transport_key"].read(), report_key=told["report_key"].read()
        )
        return _("Đã đăng ký máy %(name)s.") % {"name": told["name"]}

    def signer(order: Order, told: Told) -> str:
        del told
        made = register_signer(order, certificate=house.certificate(order.at))
        return _("Đã đăng ký khóa ký %(key)s.") % {"key": made.key_id[:16]}

    plan = Step(
        "plan",
        gettext_lazy("Lập lệnh sản xuất"),
        planned,
        "n",
        PlanForm,
        choices={"machine_id": working},
        roles=STOREKEEPERS,
        main=bool(working),
    )
    return [
        *([plan] if working else []),
        Step("machine", gettext_lazy("Đăng ký máy"), machine, "m", MachineForm, roles=STOREKEEPERS),
        Step("signer", gettext_lazy("Đăng ký khóa ký mới nhất"), signer, "s", NothingForm, roles=STOREKEEPERS),
        *(_retiring(key, name) for key, name in working),
    ]


def _retiring(key: int, name: str) -> Step:
    def do(order: Order, told: Told) -> str:
        del told
        retire_machine(order, machine_id=key)
        return _("Không lập lệnh mới cho máy %(name)s nữa.") % {"name": name}

    label = _("Ngừng dùng máy %(name)s") % {"name": name}
    return Step(f"retire-{key}", label, do, form=NothingForm, roles=STOREKEEPERS, danger=True)


def job_steps(request: HttpRequest, seen: JobSeen) -> list[Step]:
    """What comes next for a job where it is."""
    key, state = seen.line.id, seen.line.state
    second = STOREKEEPERS | APPROVERS
    label, allowed = gettext_lazy("Tạo, ký và đóng gói dữ liệu"), gettext_lazy("Cho phép sản xuất (người thứ hai)")
    offered = {
        JobStep.SIGN: Step("sign", label, _signing(key), "s", NothingForm, roles=STOREKEEPERS, main=True),
        JobStep.RELEASE: Step(
            "release", allowed, _releasing(key), "a", NothingForm, roles=second, asks=True, main=True
        ),
        JobStep.REPORT: _reporting(request, seen),
        JobStep.CLOSE: Step(
            "close", gettext_lazy("Đóng lệnh"), _closing(key), "d", NothingForm, roles=CHECKERS, asks=True, main=True
        ),
        JobStep.CANCEL: Step(
            "cancel", gettext_lazy("Hủy lệnh"), _cancelling(key), "h", ReasonForm, roles=second, danger=True
        ),
    }
    settling = [_settling(each) for each in seen.all_findings if each.outcome is None]
    return [*(step for name, step in offered.items() if state in STEPS[name][0]), *settling]


Do = Callable[[Order, Told], Any]


def _signing(key: int) -> Do:
    def do(order: Order, told: Told) -> str:
        del told
        sign_job(order, job_id=key, press=house.press(order.at))
        return _("Đã ký; chờ người thứ hai cho phép sản xuất.")

    return do


def _releasing(key: int) -> Do:
    def do(order: Order, told: Told) -> str:
        del told
        release_job(order, job_id=key)
        return _("Đã cho phép sản xuất; tải gói dữ liệu cho máy.")

    return do


def _reporting(request: HttpRequest, seen: JobSeen) -> Step:
    def do(order: Order, told: Told) -> str:
        known = {each.name: each.id for each in machines(look(request, PURPOSE))}
        take_report(order, machine_id=known[seen.line.machine], report=told["report"])
        return _("Đã nhận báo cáo.")

    return Step("report", gettext_lazy("Nhận báo cáo của máy"), do, "b", ReportForm, roles=STOREKEEPERS, main=True)


def _closing(key: int) -> Do:
    def do(order: Order, told: Told) -> str:
        del told
        close_job(order, job_id=key)
        return _("Đã đóng lệnh.")

    return do


def _cancelling(key: int) -> Do:
    def do(order: Order, told: Told) -> str:
        del told
        cancel_job(order, job_id=key)
        return _("Đã hủy lệnh; phôi về kho, hồ sơ chờ lại.")

    return do


def _settling(found: FindingLine) -> Step:
    def do(order: Order, told: Told) -> str:
        settle_finding(order, finding_id=found.id, outcome=Outcome(told["outcome"]))
        return _("Đã kết luận.")

    label = _("Kết luận %(serial)s: %(what)s") % {"serial": found.serial, "what": said(FINDINGS, found.code)}
    return Step(f"settle-{found.id}", label, do, form=SettleForm, roles=STOREKEEPERS | CHECKERS)
