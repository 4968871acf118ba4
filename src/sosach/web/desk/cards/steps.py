"""What can be done from a page about a card, each step a small form: shown as panels, sent once, refused beside its field."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Order
from sosach.domain.access.rules import Role
from sosach.web.desk.cards.follows import follows
from sosach.web.frame.flashes import flash
from sosach.web.frame.forms import Form
from sosach.web.frame.pages import once

Told = Mapping[str, Any]


class NothingForm(Form):
    """A step that needs no word."""


class ReasonForm(Form):
    """Why."""

    reason = forms.CharField(label=_("Lý do"), max_length=500)


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do.

    Attributes:
        name: of the step, in what is sent.
        label: of its button.
        do: does it by verbs that take the order; returns what to tell, or what and where to go on.
        key: key of the keyboard; "" for none.
        form: what has to be told.
        initial: what stands in the form.
        choices: of its fields that choose from a list.
        papers: fields that name a paper the order rests on.
        roles: who may; empty: everybody who may open the page.
        danger: it ends or destroys something: asked before, in red.
        asks: it cannot be taken back: asked before.
        main: shown first, as what the page is for; open unless it asks.
    """

    name: str
    label: Any
    do: Callable[[Order, Told], Any]
    key: str = ""
    form: type[Form] = ReasonForm
    initial: Told = field(default_factory=dict)
    choices: Mapping[str, Sequence[tuple[Any, Any]]] = field(default_factory=dict)
    papers: Sequence[str] = ()
    roles: frozenset[Role] = frozenset()
    danger: bool = False
    asks: bool = False
    main: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """A step with its form as it stands on the page.

    Attributes:
        step: the step.
        form: bound where it was sent and not taken.
    """

    step: Step
    form: Form

    @property
    def files(self) -> bool:
        """Whether it sends files."""
        return bool(self.form.is_multipart())

    @property
    def plain(self) -> bool:
        """Whether one press is all it takes."""
        return not (self.form.visible_fields() or self.step.danger or self.step.asks or self.form.is_bound)

    @property
    def open(self) -> bool:
        """Whether it stands on the page as a whole: what the page is for, or what was sent and not taken."""
        return (self.step.main and not self.step.asks) or self.form.is_bound

    @property
    def says(self) -> str:
        """What follows from it."""
        return follows(self.step.name)


def panels_of(request: HttpRequest, steps: Sequence[Step]) -> list[Panel]:
    """Panels of the steps whoever is signed in may take."""
    return [Panel(each, _form(each, None)) for each in steps if _may(request, each)]


def taken(request: HttpRequest, steps: Sequence[Step], *, back: str) -> tuple[HttpResponse | None, list[Panel]]:
    """Do what was sent: the way on when it was done, else the panels, what was sent with what is wrong in it.

    Args:
        request: of the page.
        steps: that are possible now.
        back: where to go on when the step does not say.

    Raises:
        SosachError: STATE-02 what was sent is not among the steps: meanwhile the record went on.
    """
    panels = panels_of(request, steps)
    if request.method != "POST":
        return None, panels
    name = request.POST.get("lam", "")
    chosen = next((each.step for each in panels if each.step.name == name), None)
    if chosen is None:
        raise SosachError(
            ErrorCode.STATE_FORBIDS,
            vi="Việc này không còn làm được ở trạng thái hiện tại.",
            en="This cannot be done in the present state any more.",
            hint_vi="Mở lại trang để xem việc có thể làm.",
            hint_en="Open the page again to see what can be done.",
        )
    form = _form(chosen, request)
    if form.is_valid():
        try:
            way_on = once(
                request,
                lambda order: _done(request, chosen, form, order, back),
                reason=str(form.cleaned_data.get("reason", "")),
                evidence={name: told for name in chosen.papers if (told := str(form.cleaned_data.get(name) or ""))},
            )
        except SosachError as refused:
            form.refuse(refused)
        else:
            return way_on, panels
    return None, [Panel(each.step, form) if each.step is chosen else each for each in panels]


def status_of(panels: Sequence[Panel]) -> int:
    """422 where something was sent and not taken."""
    return 422 if any(each.form.errors for each in panels) else 200


def _done(request: HttpRequest, step: Step, form: Form, order: Order, back: str) -> str:
    told = step.do(order, form.cleaned_data)
    text, address = told if isinstance(told, tuple) else (told, back)
    flash(request, str(text))
    return str(address)


def _form(step: Step, request: HttpRequest | None) -> Form:
    sent = (request.POST, request.FILES) if request is not None else (None, None)
    form = step.form(*sent, prefix=step.name, initial=dict(step.initial))
    for name, choices in step.choices.items():
        form.fields[name].choices = list(choices)
    return form


def _may(request: HttpRequest, step: Step) -> bool:
    return not step.roles or not request.actor.roles.isdisjoint(step.roles)
