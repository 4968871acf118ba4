"""Addresses below /ban-lam-viec/."""

from django.urls import URLPattern, URLResolver, include, path

from sosach.web.desk.batches import batch, safe_classes
from sosach.web.desk.cases.page import case, following_case, recheck
from sosach.web.desk.declared.page import declaration, photo_of
from sosach.web.desk.opinions import agreements, opinions
from sosach.web.desk.queues import declared, home
from sosach.web.desk.records import record, records
from sosach.web.desk.units import units
from sosach.web.desk.waiting import waiting_list
from sosach.web.desk.worklists import compared, form_scan, forms, sheet, worklist

app_name = "desk"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("vu-viec/<int:case_id>/", case, name="case"),
    path("vu-viec/<int:case_id>/sau/", following_case, name="following"),
    path("vu-viec/<int:case_id>/kiem-tra/", recheck, name="recheck"),
    path("to-khai/", declared, name="declared"),
    path("to-khai/<int:declaration_id>/", declaration, name="declaration"),
    path("to-khai/<int:declaration_id>/anh/<int:photo_id>/", photo_of, name="photo"),
    path("duyet/", waiting_list, name="waiting"),
    path("hang-loat/", safe_classes, name="batches"),
    path("hang-loat/<uuid:batch_id>/", batch, name="batch"),
    path("y-kien/", opinions, name="opinions"),
    path("y-kien/thong-nhat/", agreements, name="agreements"),
    path("dia-ban/", worklist, name="worklist"),
    path("dia-ban/phieu/", forms, name="forms"),
    path("dia-ban/quet/", form_scan, name="scan"),
    path("dia-ban/bang/", sheet, name="sheet"),
    path("dia-ban/doi-chieu/", compared, name="compared"),
    path("ho-so/", records, name="records"),
    path("ho-so/<slug:register>/<int:record_id>/", record, name="record"),
    path("don-vi/", units, name="units"),
    path("chien-dich/", include("sosach.web.desk.campaigns.urls")),
    path("so-lieu/", include("sosach.web.desk.figures.urls")),
    path("trao-doi/", include("sosach.web.desk.exchange.urls")),
    path("the/", include("sosach.web.desk.cards.urls")),
    path("phieu-thu-thap/", include("sosach.web.desk.surveys.urls")),
]
