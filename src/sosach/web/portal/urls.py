"""Addresses below /cong-dan/."""

from django.urls import URLPattern, URLResolver, path

from sosach.web.portal import (
    card_applications,
    card_wishes,
    cards,
    choosing,
    claims,
    declarations,
    drafting,
    home,
    looks,
    papers,
    sending,
    things,
    twins,
)

app_name = "portal"
_ONE = "to-khai/<int:declaration_id>/"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("thong-tin/", things.person, name="person"),
    path("xe/<int:vehicle_id>/", things.vehicle, name="vehicle"),
    path("giay-phep/<int:licence_id>/", things.licence, name="licence"),
    path("luot-xem/", looks.looks, name="looks"),
    path("khai/", choosing.about, name="about"),
    path("khai/bat-dau/", choosing.begin, name="begin"),
    path("khai/<slug:group>/", choosing.choose, name="choose"),
    path("to-khai/", declarations.declarations, name="declarations"),
    path(_ONE, declarations.declaration, name="declaration"),
    path(f"{_ONE}lam-tiep/", drafting.resume, name="resume"),
    path(f"{_ONE}trang/<int:number>/", drafting.step, name="step"),
    path(f"{_ONE}anh/", papers.photos, name="photos"),
    path(f"{_ONE}anh/bo/", papers.remove, name="remove"),
    path(f"{_ONE}anh/<int:photo_id>/", papers.picture, name="picture"),
    path(f"{_ONE}xem-lai/", sending.check, name="check"),
    path(f"{_ONE}bien-nhan/", sending.receipt, name="receipt"),
    path(f"{_ONE}bo-sung/", declarations.answering, name="answering"),
    path(f"{_ONE}rut/", declarations.take_back, name="take-back"),
    path("phan-doi/<int:declaration_id>/", claims.claim, name="claim"),
    path("phan-doi/<int:declaration_id>/rut/", claims.give_up, name="give-up"),
    path("the/", cards.cards, name="cards"),
    path("the/<int:card_id>/", cards.card, name="card"),
    path("the/<int:card_id>/bao-mat/", cards.lost, name="card-lost"),
    path("the/<int:card_id>/rut-bao-mat/", cards.found, name="card-found"),
    path("the/de-nghi/", card_wishes.wishes, name="card-wishes"),
    path("the/de-nghi/<int:person_id>/<slug:slug>/", card_wishes.wish, name="card-wish"),
    path("the/ho-so/<int:application_id>/", card_applications.followed, name="card-application"),
    path("the/ho-so/<int:application_id>/giay/<int:paper_id>/", card_applications.paper, name="card-paper"),
    path("the/ho-so/<int:application_id>/rut/", card_applications.given_up, name="card-give-up"),
    path("giay-to-dien-tu/", twins.twins, name="twins"),
    path("giay-to-dien-tu/nhan/", twins.take, name="twin-take"),
    path("giay-to-dien-tu/nhan/<int:offer_id>/", twins.offer, name="twin-offer"),
    path("giay-to-dien-tu/<int:twin_id>/huy/", twins.end, name="twin-end"),
    path("kiem-tra-bien-nhan/", sending.verify, name="verify"),
]
