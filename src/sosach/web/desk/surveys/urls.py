"""Addresses below /ban-lam-viec/phieu-thu-thap/."""

from django.urls import URLPattern, URLResolver, path

from sosach.web.desk.surveys.pages import all_batches, batch, paper, third_look

urlpatterns: list[URLPattern | URLResolver] = [
    path("", all_batches, name="surveys"),
    path("<int:batch_id>/", batch, name="survey"),
    path("<int:batch_id>/xem-lai/", third_look, name="survey-look"),
    path("<int:batch_id>/doi-chieu/", paper, name="survey-paper"),
]
