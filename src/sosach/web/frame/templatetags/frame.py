"""Tags of every page: the components of the frame, each a template in `templates/frame/parts/`."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import template
from django.forms import BaseForm, BoundField, CheckboxInput, ClearableFileInput, RadioSelect, Select, Textarea
from django.template import Context
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from sosach.web.frame import assets, drawing, words
from sosach.web.frame.flashes import taken
from sosach.web.frame.language import said
from sosach.web.frame.pages import ONCE
from sosach.web.frame.parts import Answer, Badge, Bar, Crumb, Key, Lines, Moment, Pages, Side, Sorting, Tab

register = template.Library()
_FILTERS: dict[str, Callable[..., str]] = {
    "day": words.day,
    "moment": words.moment,
    "grouped": words.grouped,
    "figure": words.figure,
    "percent": words.percent,
    "masked": words.masked,
    "spaced": words.spaced,
    "plate": words.plate_text,
    "place": words.place,
    "place_with_province": words.place_with_province,
    "role": words.role,
    "said": said,
}
for name, shown in _FILTERS.items():
    register.filter(name, shown)
PARTS = "frame/parts"


@register.simple_tag
def asset(name: str) -> str:
    """Address of a style sheet, script or picture in a `static/` folder of the pages."""
    return assets.address(name)


@register.inclusion_tag(f"{PARTS}/form_token.html", takes_context=True)
def form_token(context: Context, once: str = "") -> dict[str, Any]:
    """Hidden fields every form has: where it comes from, and that it is done once (`pages.once`).

    A form shown again after a refusal keeps its token.
    """
    request = context["request"]
    told = once or request.POST.get(ONCE, "") or secrets.token_urlsafe(24)
    return {"csrf_token": context.get("csrf_token"), "name": ONCE, "once": told}


@register.inclusion_tag(f"{PARTS}/flashes.html", takes_context=True)
def flashes(context: Context) -> dict[str, Any]:
    """What happened just before, told once."""
    request = context.get("request")
    return {"flashes": taken(request) if request is not None else []}


@register.inclusion_tag(f"{PARTS}/breadcrumb.html")
def breadcrumb(*told: Any) -> dict[str, Any]:
    """The way here: `{% breadcrumb "Việc của tôi" address "Hồ sơ" %}`, or a list of `Crumb`."""
    if len(told) == 1 and isinstance(told[0], list | tuple):
        return {"crumbs": list(told[0])}
    pairs = [*told, ""] if len(told) % 2 else told
    return {"crumbs": [Crumb(str(pairs[at]), str(pairs[at + 1])) for at in range(0, len(pairs), 2)]}


@register.inclusion_tag(f"{PARTS}/error_summary.html")
def error_summary(form: BaseForm | None) -> dict[str, Any]:
    """What is wrong in a form, above it, each a link to its field."""
    if form is None or not form.is_bound:
        return {"faults": []}
    faults = [("", text) for text in form.non_field_errors()]
    faults += [
        (anchor(form[name]), text) for name, texts in form.errors.items() if name in form.fields for text in texts
    ]
    return {"faults": faults}


@register.inclusion_tag(f"{PARTS}/question.html")
def question(field: BoundField, heading: bool = False, label: str = "", hint: str = "") -> dict[str, Any]:  # noqa: FBT001, FBT002 - a template says `heading=True`
    """A question: label, hint, error, field. `heading`: the label is the heading of the page (one question per step)."""
    widget, told = field.field.widget, hint or field.help_text
    described = [f"{field.auto_id}_hint"] if told else []
    described += [f"{field.auto_id}_error"] if field.errors else []
    attrs = {"aria-describedby": " ".join(described)} if described else {}
    if field.errors:
        attrs["aria-invalid"] = "true"
    kind = kind_of(widget)
    return {
        "field": field,
        "kind": kind,
        "heading": heading,
        "label": label or field.label,
        "hint": told,
        "optional": not field.field.required,
        "drawn": "" if kind == "cards" else field.as_widget(attrs=attrs),
        "cards": _cards(field) if kind == "cards" else [],
        "described": " ".join(described),
        "size": getattr(widget, "size_class", ""),
    }


def kind_of(widget: Any) -> str:
    """How a field is drawn."""
    kinds = {
        "cards": RadioSelect,  # checkboxes for several answers inherit from it
        "tick": CheckboxInput,
        "file": ClearableFileInput,
        "choice": Select,
        "long": Textarea,
    }
    return next((name for name, kind in kinds.items() if isinstance(widget, kind)), "text")


def anchor(field: BoundField) -> str:
    """Id of what to jump to: the first answer where there are several."""
    return f"{field.auto_id}_0" if isinstance(field.field.widget, RadioSelect) else str(field.auto_id)


def _cards(field: BoundField) -> list[dict[str, Any]]:
    hints: Mapping[str, str] = getattr(field.field.widget, "hints", {})
    found = []
    for at, one in enumerate(field.subwidgets):
        value = str(one.data["value"])
        found.append(
            {
                "id": f"{field.auto_id}_{at}",
                "name": one.data["name"],
                "value": value,
                "label": one.data["label"],
                "type": one.data["type"],
                "hint": hints.get(value, ""),
                "chosen": one.data["selected"],
            }
        )
    return found


@register.inclusion_tag(f"{PARTS}/answers.html")
def answers(rows: Sequence[Answer], title: str = "") -> dict[str, Any]:
    """A list of answers with links to change them (check-your-answers, a record)."""
    return {"rows": rows, "title": title}


@register.inclusion_tag(f"{PARTS}/badge.html")
def badge(told: Any, tone: str = "") -> dict[str, Any]:
    """A state in a word: a `Badge`, or a text and its tone (plain, good, warn, bad, info)."""
    if isinstance(told, Badge):
        return {"text": told.text, "tone": tone or told.tone}
    return {"text": said(told), "tone": tone or "plain"}


@register.inclusion_tag(f"{PARTS}/badge.html")
def result_class(code: str) -> dict[str, Any]:
    """The official result class of a record (match, discrepancy, no_information, not_eligible) as a badge."""
    text, tone = words.RESULT_CLASSES[code]
    return {"text": text, "tone": tone}


@register.inclusion_tag(f"{PARTS}/pagination.html")
def pagination(pages: Pages) -> dict[str, Any]:
    """Where a list goes on."""
    return {"pages": pages}


@register.inclusion_tag(f"{PARTS}/tabs.html")
def tabs(these: Sequence[Tab], label: str = "") -> dict[str, Any]:
    """Pages beside this one."""
    return {"tabs": these, "label": label or _("Các phần của trang")}


@register.inclusion_tag(f"{PARTS}/comparison.html")
def comparison(
    rows: Sequence[Side],
    heads: Sequence[str],
    caption: str = "",
    only_differing: bool = False,  # noqa: FBT001, FBT002 - as above
) -> dict[str, Any]:
    """Fields side by side as several sources have them, differences marked."""
    chosen = [row for row in rows if row.differs()] if only_differing else rows
    return {"rows": chosen, "heads": heads, "caption": caption, "hidden": len(rows) - len(chosen)}


@register.inclusion_tag(f"{PARTS}/timeline.html")
def timeline(moments: Sequence[Moment]) -> dict[str, Any]:
    """What happened, in the order it is given."""
    return {"moments": moments}


@register.inclusion_tag(f"{PARTS}/bar_chart.html")
def bar_chart(bars: Sequence[Bar], title: str, unit: str = "") -> dict[str, Any]:
    """Bars, each with its figure as text beside it (which is the table)."""
    return {"bars": drawing.drawn_bars(bars), "title": title, "unit": unit}


@register.inclusion_tag(f"{PARTS}/line_chart.html")
def line_chart(chart: Lines) -> dict[str, Any]:
    """Lines over one axis, with the table behind them."""
    return {"drawn": drawing.drawn_lines(chart), "chart": chart}


@register.inclusion_tag(f"{PARTS}/key.html")
def key(name: str) -> dict[str, Any]:
    """A key of the keyboard, beside what it does."""
    return {"key": name}


@register.inclusion_tag(f"{PARTS}/keys.html")
def keys(these: Sequence[Key]) -> dict[str, Any]:
    """All keys of a page."""
    return {"keys": these}


@register.inclusion_tag(f"{PARTS}/sortable.html")
def sortable(sorting: Sorting, column: str, label: str, numeric: bool = False) -> dict[str, Any]:  # noqa: FBT001, FBT002 - as above
    """Head of a column by which a list can be sorted."""
    return {
        "address": sorting.address(column),
        "state": sorting.state(column),
        "label": label,
        "numeric": numeric,
    }


@register.inclusion_tag(f"{PARTS}/steps.html")
def steps(now: int, of: int) -> dict[str, Any]:
    """Where one is on a way of several steps."""
    return {"now": now, "of": of}


@register.simple_block_tag
def notice(content: str, tone: str = "info", title: str = "") -> str:
    """A box that tells something worth knowing: `{% notice "warn" %}…{% endnotice %}`."""
    return render_to_string(f"{PARTS}/notice.html", {"content": content, "tone": tone, "title": title})
