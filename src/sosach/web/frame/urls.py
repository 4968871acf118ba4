"""Addresses of the frame: the first page, language, the doors in and out, the catalogue of components."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, path

from sosach.web.frame import catalogue, citizen_door, demo_door, doors, language, officer_door, passwords

app_name = "frame"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", doors.home, name="home"),
    path("ngon-ngu/<slug:language>/", language.switch, name="language"),
    path("dang-nhap/cong-dan/", citizen_door.sign_in, name="sign-in-citizen"),
    path("dang-nhap/cong-dan/di/", citizen_door.to_provider, name="to-provider"),
    path("dang-nhap/cong-dan/ve/", citizen_door.from_provider, name="from-provider"),
    path("dang-nhap/can-bo/", officer_door.sign_in, name="sign-in-officer"),
    path("dang-nhap/can-bo/ma/", officer_door.code, name="sign-in-code"),
    path("dang-nhap/can-bo/dang-ky-ma/", officer_door.enrol, name="enrol"),
    path("dang-nhap/can-bo/mat-khau-moi/", officer_door.new_password, name="new-password"),
    path("mat-khau/", passwords.password, name="password"),
    path("dang-xuat/", doors.sign_out, name="sign-out"),
]
if settings.SOSACH_DEMO:  # elsewhere these addresses do not exist
    urlpatterns += [
        path("dung-thu/", demo_door.to_try, name="try"),
        path("frame/", catalogue.catalogue, name="catalogue"),
    ]
