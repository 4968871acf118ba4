"""Questions to people: fields that read what people type as the registers do, and say in plain words what is wrong."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sosach.base.errors import SosachError
from sosach.vn import dates
from sosach.web.frame.language import of_error

PHOTO_TYPES = "image/jpeg,image/png,image/webp"


class Form(forms.Form):
    """A form of ours: browsers do not judge it, we do; `refuse` puts what the domain said beside the field it is about."""

    use_required_attribute = False
    error_css_class = "wrong"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            usual = field.error_messages.get("required") == forms.Field.default_error_messages["required"]
            if usual:  # above the form nobody sees which field a sentence is about
                field.error_messages["required"] = _("Chưa trả lời: %(question)s") % {"question": field.label}

    def refuse(self, error: SosachError, field: str | None = None) -> None:
        """Show a refusal in the form: at a field, or above all of them."""
        self.add_error(field, "\n".join(filter(None, of_error(error))))


class DayInput(forms.TextInput):
    """A day as people write it: dd/mm/yyyy."""

    def __init__(self, attrs: Mapping[str, Any] | None = None) -> None:
        usual = {"inputmode": "numeric", "placeholder": "", "maxlength": "10", "autocomplete": "off", "class": "day"}
        super().__init__(attrs=usual | dict(attrs or {}))

    def format_value(self, value: Any) -> str | None:
        """A day in its written form; what was typed as it was typed."""
        return f"{value:%d/%m/%Y}" if isinstance(value, date) else value


class DayField(forms.Field):
    """A whole day; gives a `date`."""

    widget = DayInput

    def to_python(self, value: Any) -> date | None:
        """Read it.

        Raises:
            ValidationError: it is no day of the calendar.
        """
        if value in self.empty_values:
            return None
        if isinstance(value, date):
            return value
        read = dates.explain(str(value), kind="expiry")  # days ahead are days; whether they may be is the verb's to say
        if read.precision != "day" or read.iso is None:
            raise ValidationError(_("Nhập đủ ngày, tháng, năm, ví dụ 27/03/1985."), code="invalid")
        return date.fromisoformat(read.iso)


class PhotoInput(forms.ClearableFileInput):
    """A photo, taken now with the phone or chosen from what is there."""

    template_name = "django/forms/widgets/file.html"

    def __init__(self, attrs: Mapping[str, Any] | None = None) -> None:
        super().__init__(attrs={"accept": PHOTO_TYPES} | dict(attrs or {}))


class PhotoField(forms.FileField):
    """A photo of a paper; what is in it is judged elsewhere (`base.images`)."""

    widget = PhotoInput
    default_error_messages = {  # noqa: RUF012 - Django's form
        "required": gettext_lazy("Chọn hoặc chụp một ảnh."),
        "empty": gettext_lazy("Tệp không có nội dung."),
        "invalid": gettext_lazy("Chọn hoặc chụp một ảnh."),
    }


class CardChoice(forms.RadioSelect):
    """One of a few answers, each a card with a line that explains it (`hints`: value → text)."""

    def __init__(self, attrs: Mapping[str, Any] | None = None, hints: Mapping[str, str] | None = None) -> None:
        super().__init__(attrs=dict(attrs or {}))
        self.hints = dict(hints or {})
