"""Collection forms (phiếu thu thập): fields, what stands on them, the code that leads back to the case, the PDF."""

from sosach.domain.campaign.rules.forms.drawing import MOST_FORMS, FormDocument, draw_forms
from sosach.domain.campaign.rules.forms.fields import FormField, form_fields, has_form
from sosach.domain.campaign.rules.forms.filled import (
    FilledForm,
    FormHead,
    Layout,
    kind_on_form,
    status_on_form,
)
from sosach.domain.campaign.rules.forms.placing import placed_fields
from sosach.domain.campaign.rules.forms.tokens import FormToken, first_token, read_token, token_of

__all__ = [
    "MOST_FORMS",
    "FilledForm",
    "FormDocument",
    "FormField",
    "FormHead",
    "FormToken",
    "Layout",
    "draw_forms",
    "first_token",
    "form_fields",
    "has_form",
    "kind_on_form",
    "placed_fields",
    "read_token",
    "status_on_form",
    "token_of",
]
