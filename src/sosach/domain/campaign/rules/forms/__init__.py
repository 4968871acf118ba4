"""Collection forms (phiếu thu thập): fields, what stands on them, the code that leads back to the case, the PDF."""

from sosach.domain.campaign.rules.forms.drawing import MOST_FORMS, FormDocument, draw_forms
from sosach.domain.campaign.rules.forms.fields import FormField, form_fields, has_form
from sosach.domain.campaign.rules.forms.filled import (
    FilledForm,
    FormHead,
    Layout,
    kind_on_form,
    result_class_words,
    status_on_form,
)
from sosach.domain.campaign.rules.forms.placing import placed_fields
from sosach.domain.campaign.rules.forms.tokens import FormToken, read_token, token_of, tokens_in

__all__ = [
    "MOST_FORMS",
    "FilledForm",
    "FormDocument",
    "FormField",
    "FormHead",
    "FormToken",
    "Layout",
    "draw_forms",
    "form_fields",
    "has_form",
    "kind_on_form",
    "placed_fields",
    "read_token",
    "result_class_words",
    "status_on_form",
    "token_of",
    "tokens_in",
]
