"""OSIA's interfaces, each under its own base path, since their addresses clash."""

from django.urls import URLPattern, URLResolver, include, path

from sosach.web.exchange.osia import abis, cms, dataaccess, enrollment, keys, notification, pr, thirdparty, uin

urlpatterns: list[URLPattern | URLResolver] = [
    path("uin/", include(uin.urlpatterns)),
    path("dataaccess/", include(dataaccess.urlpatterns)),
    path("pr/", include(pr.urlpatterns)),
    path("notification/", include(notification.urlpatterns)),
    path("3rdparty/", include(thirdparty.urlpatterns)),
    path("enrollment/", include(enrollment.urlpatterns)),
    path("cms/", include(cms.urlpatterns)),
    path("abis/", include(abis.urlpatterns)),
    path("keys", include(keys.urlpatterns)),
]
