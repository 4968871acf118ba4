"""Photos of papers: one per request, so that a weak line loses one at most; written anew in a jailed child."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sosach.base.errors import SosachError
from sosach.base.images import clean_photo
from sosach.domain.access.operations import Order
from sosach.domain.declarations.operations import CleanPhoto, attach, remove_photo
from sosach.domain.declarations.queries import photo as kept_photo
from sosach.domain.declarations.rules import PHOTOS, Kind
from sosach.domain.declarations.states import State
from sosach.web.frame.flashes import flash
from sosach.web.frame.forms import Form, PhotoField
from sosach.web.frame.language import either, said
from sosach.web.frame.pages import citizen_page, once, order
from sosach.web.portal.asking import declared, gone, own, whole

SENT_BY_SCRIPT = "X-Portal"  # header of a request the page's own script makes


class PhotoForm(Form):
    """One photo of one paper."""

    photo = PhotoField(label=gettext_lazy("Chụp hoặc chọn ảnh"))


@citizen_page
def photos(request: HttpRequest, declaration_id: int) -> HttpResponse:
    """The papers that are asked for, each with what was sent."""
    mine, kind = declared(request, declaration_id)
    if mine.line.state not in {State.DRAFT, State.ASKED_BACK}:
        return HttpResponseRedirect(reverse("portal:declaration", args=[declaration_id]))
    slot = request.POST.get("slot", "") if request.method == "POST" else ""
    form = PhotoForm(request.POST, request.FILES) if slot in slots(kind) else PhotoForm()
    if form.is_bound and _taken(request, declaration_id, slot, form):
        here = f"{request.path}#{slot}"
        return (
            JsonResponse({"next": here})
            if SENT_BY_SCRIPT in request.headers
            else HttpResponseRedirect(here, status=303)
        )
    if form.is_bound and SENT_BY_SCRIPT in request.headers:
        return JsonResponse({"error": " ".join(form.errors.get("photo", []))}, status=422)
    draft = mine.line.state is State.DRAFT
    pages = len(kind.steps_after(mine.answers))
    context = {
        "room": "declare" if draft else "declarations",
        "mine": mine,
        "kind": said(kind),
        "slots": [
            (
                name,
                label,
                needed,
                [photo for photo in mine.photos if photo.slot == name],
                PhotoForm(auto_id=f"{name}_%s"),
            )
            for name, label, needed in wanted(kind)
        ],
        "form": form,
        "wrong": slot,
        "draft": draft,
        "number": pages + 1,
        "count": pages + 2,
        "before": reverse("portal:step", args=[declaration_id, pages]),
    }
    return render(request, "portal/photos.html", context, status=422 if form.is_bound else 200)


@citizen_page
def remove(request: HttpRequest, declaration_id: int) -> HttpResponse:
    """Take a photo out of a draft."""
    photo_id = whole(request.POST.get("photo", ""))
    if photo_id is None:
        return HttpResponseRedirect(reverse("portal:photos", args=[declaration_id]))

    def do(told: Order) -> str:
        remove_photo(told, declaration_id=declaration_id, photo_id=photo_id)
        return reverse("portal:photos", args=[declaration_id])

    return once(request, do)


@citizen_page
def picture(request: HttpRequest, declaration_id: int, photo_id: int) -> HttpResponse:
    """A photo one sent, as it is kept."""
    found = kept_photo(own(request, f"declaration-{declaration_id}"), declaration_id=declaration_id, photo_id=photo_id)
    if found is None:
        raise gone()
    return HttpResponse(found[1], content_type=found[0])


def slots(kind: Kind) -> set[str]:
    """Places a photo of this kind may be put in."""
    return {name for name, _label, _needed in wanted(kind)}


def wanted(kind: Kind) -> list[tuple[str, str, bool]]:
    """What is asked for: place, what it shows, whether it is needed; and one place for anything else."""
    asked = [(photo.slot, said(photo), photo.required) for photo in kind.photos]
    return [*asked, ("other", either(PHOTOS["other"]), False)]


def _taken(request: HttpRequest, declaration_id: int, slot: str, form: PhotoForm) -> bool:
    """Whether the photo is kept now; what is wrong with it is said in the form."""
    if not form.is_valid():
        return False
    try:
        clean = clean_photo(form.cleaned_data["photo"].read())
        attach(order(request), declaration_id=declaration_id, photo=CleanPhoto(slot, clean.content, "image/jpeg"))
    except SosachError as refused:
        form.refuse(refused, "photo")
        return False
    flash(request, _("Đã nhận ảnh: %(what)s.") % {"what": either(PHOTOS[slot])})
    return True
