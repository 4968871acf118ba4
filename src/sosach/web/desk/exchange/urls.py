"""Addresses below /ban-lam-viec/trao-doi/."""

from django.urls import URLPattern, URLResolver, path

from sosach.web.desk.exchange import feeds, following, levels, partners

urlpatterns: list[URLPattern | URLResolver] = [
    path("", levels.levels, name="exchange"),
    path("cap/<slug:name>/", levels.link, name="exchange-link"),
    path("cap/<slug:name>/gui-di/", levels.told, name="exchange-told"),
    path("cap/<slug:name>/nhan-ve/", levels.received, name="exchange-received"),
    path("cap/<slug:name>/doi-soat/", levels.reconciled, name="exchange-reconciled"),
    path("ban-ghi/<int:item_id>/", levels.record, name="exchange-record"),
    path("lan-truyen/", following.reactions, name="exchange-reactions"),
    path("lan-truyen/viec/", following.followings, name="exchange-followings"),
    path("bao-tin/", following.subscriptions, name="exchange-subscriptions"),
    path("bao-tin/tin/", following.letters, name="exchange-letters"),
    path("doi-tac/", partners.all_partners, name="exchange-partners"),
    path("doi-tac/<slug:key>/", partners.partner, name="exchange-partner"),
    path("doi-tac/<slug:key>/bao-cao.<slug:kind>", partners.statement_file, name="exchange-statement"),
    path("doi-tac/<slug:key>/<slug:to>/", partners.standing, name="exchange-standing"),
    path("ho-tich/", feeds.feeds, name="exchange-feeds"),
]
