"""Addresses of the kit."""

from django.urls import path

from mainstay.kit.web import views

root_urls = [path("theme/", views.theme, name="theme")]
console_urls = [path("gallery/", views.gallery, name="console-gallery")]
