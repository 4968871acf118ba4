"""Addresses below /ban-lam-viec/the/: numbers of people and cards never stand in one."""

from django.urls import URLPattern, path

from sosach.web.desk.cards import (
    applicant,
    applications,
    behind,
    capture,
    doubts,
    figures,
    jobs,
    lives,
    moving,
    papers,
    parcels,
    quality,
    stock,
)
from sosach.web.desk.cards.rooms import begin

urlpatterns: list[URLPattern] = [
    path("", begin, name="cards"),
    path("ho-so/", applications.all_applications, name="card-applications"),
    path("ho-so/moi/", applicant.applicant_page, name="card-applicant"),
    path("ho-so/<int:application_id>/", applications.one, name="card-application"),
    path("ho-so/da-chuyen/", moving.given_away, name="card-transferred"),
    path("ho-so/<int:application_id>/chuyen/", moving.move, name="card-transfer"),
    path("ho-so/<int:application_id>/thu-nhan/", capture.capture, name="card-capture"),
    path("giay/<int:paper_id>/", papers.paper, name="card-paper"),
    path("duyet/", applications.approval, name="card-approval"),
    path("nghi-trung/", doubts.all_doubts, name="card-doubts"),
    path("nghi-trung/<int:doubt_id>/", doubts.one, name="card-doubt"),
    path("phoi/", stock.stock_room, name="card-stock"),
    path("phoi/so/", stock.serials, name="card-serials"),
    path("lenh/", jobs.all_jobs, name="card-jobs"),
    path("lenh/cho/<slug:profile>/", behind.for_jobs, name="card-waiting"),
    path("lenh/nguoi-gui/", jobs.sender_key, name="card-sender"),
    path("lenh/<int:job_id>/", jobs.one, name="card-job"),
    path("lenh/<int:job_id>/goi/", jobs.package, name="card-package"),
    path("chat-luong/", quality.station, name="card-quality"),
    path("chuyen/", parcels.all_parcels, name="card-parcels"),
    path("vong-doi/", lives.lives, name="card-lives"),
    path("vong-doi/<int:card_id>/", lives.life, name="card"),
    path("vong-doi/<slug:state>/", lives.in_state, name="card-state"),
    path("so-lieu/", figures.figures, name="card-figures"),
    path("so-lieu/ho-so/", behind.all_received, name="card-received"),
    path("so-lieu/huong-dan/", behind.all_turned_away, name="card-turned-away"),
    path("so-lieu/dang-cho/", behind.at_stage, name="card-stages"),
    path("so-lieu/dang-cho/<slug:stage>/", behind.at_stage, name="card-stage"),
    path("so-lieu/may/<int:machine_id>/<slug:fate>/", behind.of_machine, name="card-machine"),
    path("so-lieu/<slug:name>.<slug:kind>", figures.taken_along, name="card-file"),
]
