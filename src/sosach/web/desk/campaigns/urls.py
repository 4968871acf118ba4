"""Addresses below /ban-lam-viec/chien-dich/."""

from django.urls import URLPattern, path

from sosach.web.desk.campaigns import pages, splitting

urlpatterns: list[URLPattern] = [
    path("", pages.all_of_them, name="campaigns"),
    path("moi/", pages.new, name="campaign-new"),
    path("<int:campaign_id>/", pages.one, name="campaign"),
    path("<int:campaign_id>/moc/", pages.terms, name="campaign-terms"),
    path("<int:campaign_id>/vu-viec/", pages.filled, name="campaign-fill"),
    path("<int:campaign_id>/phan-cong/", pages.duty, name="campaign-duty"),
    path("<int:campaign_id>/chia/", splitting.split, name="campaign-split"),
    path("<int:campaign_id>/chia/<uuid:token>/", splitting.plan, name="campaign-plan"),
    path("<int:campaign_id>/<slug:to>/", pages.move, name="campaign-move"),
]
