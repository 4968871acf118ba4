"""A page of questions of a declaration as a form: fields from the catalogue, answers read by the catalogue's own checks."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from sosach.domain.declarations.rules import Kind, Step, check
from sosach.domain.declarations.rules.answers import LONGEST, YES
from sosach.domain.declarations.rules.kinds import Question
from sosach.web.frame.forms import CardChoice, DayInput, Form
from sosach.web.frame.language import either

_MODES = {"phone": "tel", "pin": "numeric", "licence_number": "text", "plate": "text", "chassis": "text"}
_COMPLETE = {"phone": "tel"}


class StepForm(Form):
    """The questions of one page; what is typed stays as typed, wrong answers are said beside the question."""

    def __init__(self, kind: Kind, step: Step, answers: Mapping[str, str], today: date, data: Any = None) -> None:
        super().__init__(data, initial=dict(answers))
        self._kind, self._step, self._today, self._before = kind, step, today, answers
        for question in step.questions:
            self.fields[question.code] = field_of(question)

    @property
    def told(self) -> dict[str, str]:
        """Answers of this page as they were typed."""
        return {question.code: _typed(question, self.data) for question in self._step.questions}

    def clean(self) -> dict[str, Any]:
        """Let the catalogue judge the answers of this page, beside those of the others."""
        cleaned = super().clean() or {}
        own = {question.code for question in self._step.questions}
        for problem in check(self._kind, {**self._before, **self.told}, today=self._today).problems:
            if problem.question in own and problem.question not in self.errors:
                self.add_error(problem.question, problem_text(problem.vi, problem.en, problem.proposed))
        return cleaned


def problem_text(vi: str, en: str, proposed: str) -> str:
    """What is wrong with an answer, and what may have been meant."""
    text = either((vi, en))
    return f"{text} {_('Có phải ý bạn là “%s”?') % proposed}" if proposed else text


def field_of(question: Question) -> forms.Field:
    """The field of a question."""
    terms = {
        "label": either((question.vi, question.en)),
        "help_text": either((question.hint_vi, question.hint_en)),
        "required": question.required,
    }
    if question.type == "choice":
        choices = [(choice.code, either((choice.vi, choice.en))) for choice in question.choices]
        return forms.ChoiceField(choices=choices, widget=CardChoice(), **terms)
    if question.type == "commitment":
        return forms.BooleanField(**terms)
    attrs: dict[str, str] = {"maxlength": str(LONGEST[question.type])}
    if question.type == "long_text":
        return forms.CharField(widget=forms.Textarea(attrs=attrs | {"rows": "4"}), **terms)
    if question.type == "date":
        return forms.CharField(widget=DayInput(), **terms)
    if question.check in _MODES:
        attrs |= {"inputmode": _MODES[question.check], "autocomplete": _COMPLETE.get(question.check, "off")}
    return forms.CharField(widget=forms.TextInput(attrs=attrs), **terms)


def shown_answer(question: Question, text: str) -> str:
    """An answer as it is shown again: the words of a choice instead of its code."""
    if question.type == "commitment":
        return _("Có") if text == YES else ""
    chosen = next((choice for choice in question.choices if choice.code == text), None)
    return either((chosen.vi, chosen.en)) if chosen is not None else text


def _typed(question: Question, data: Any) -> str:
    text = str(data.get(question.code, "")).strip()
    return (YES if text else "") if question.type == "commitment" else text
