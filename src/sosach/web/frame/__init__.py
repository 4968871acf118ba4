"""The frame of all pages: layout, components, language, sign-in, and what a page needs to ask and to order.

A page is a function, a template and an address::

    from sosach.web.frame.pages import citizen_page, look, officer_page, once, order

    @officer_page(roles=frozenset({Role.CLERK}))      # or @citizen_page, @open_page (everybody)
    def case(request, case_id):
        found = declaration_case(look(request, "data-cleaning"), case_id=case_id)
        form = AnswerForm(request.POST or None)       # sosach.web.frame.forms.Form
        if request.method == "POST" and form.is_valid():
            try:
                return once(request, lambda told: _answer(told, form))   # returns the next address; done once per form
            except SosachError as refused:
                form.refuse(refused, "plate")         # beside the field; without a name: above the form
        return render(request, "desk/case.html", {"found": found, "form": form})

* `request.actor` (`Actor`): who is signed in, asked anew at every request; `request.sosach_at`: the moment of the request.
* `look(request, purpose, reference=…)` gives a `Look`, `order(request, reason=…, evidence=…)` an `Order`.
* `once(request, do, reason=…, evidence=…)`: `do(order)` runs under the token of `{% form_token %}`; the same form sent twice
  leads to the same page without doing it again; what is refused may be mended and sent again.
* A `SosachError` nobody caught becomes a page in the reader's language with the right status; so do failures of the database.
* `flashes.flash(request, text, tone="good")` tells something on the next page.
* `language.said(thing)` (filter `said`): `.vi` or `.en` of a thing of the catalogues; `language.either((vi, en))` of a pair.

Templates extend `frame/citizen.html` or `frame/officer.html` (`frame/base.html` for neither) and fill the blocks `title`, `nav`
(`<nav class="menu">`), `crumbs`, `content`, `scripts`. No `{% load %}` is needed. Every text stands in `{% translate "…" %}` or
`{% blocktranslate %}`, in Python in `gettext` (`from django.utils.translation import gettext as _`), in Vietnamese; the English
stands in `locale/en/LC_MESSAGES/django.po` of the package (`python -m sosach.web.frame.wording` writes new texts into it, with
nothing as their English, and compiles it).

No inline styles, no inline scripts, no `on…` attributes: the rules of the pages forbid them. A package's own files lie in its
`static/` and are linked as `{% asset "name.js" %}` with `nonce="{{ frame.nonce }}"`. Officers' pages carry htmx; `request.htmx`
says whether a part of a page is asked for.

Tags (`templatetags/frame.py`; the values they take are in `parts.py`; all of them on one page: `/frame/` of a demo):
`{% form_token %}` `{% error_summary form %}` `{% question form.field heading=True %}` `{% answers rows %}` `{% badge "…" "good" %}`
`{% result_class code %}` `{% breadcrumb "…" url "…" %}` `{% tabs tabs %}` `{% pagination pages %}` `{% sortable sorting "plate" label %}`
`{% comparison sides heads %}` `{% timeline moments %}` `{% bar_chart bars title %}` `{% line_chart lines %}` `{% notice "warn" %}…{% endnotice %}`
`{% steps 2 5 %}` `{% key "a" %}` `{% keys keys %}` `{% asset "frame.css" %}`.
Filters: `day moment grouped figure percent masked spaced plate place place_with_province role said`.
Fields (`forms.py`): `DayField` (dd/mm/yyyy), `PhotoField`, widget `CardChoice` (radio cards with hints); all of Django's.
Tables: `<div class="scroll" role="region" tabindex="0" aria-label="…"><table class="data" data-rows>`: rows by `j` and `k`. For citizens add
`class="stacked"` and `data-label="…"` on cells: on a phone each row becomes a card.
Keys: `data-key="a"` on a link, button or field; forms are sent once; `data-focus` gets the focus when the page opens.
"""
