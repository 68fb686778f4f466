"""Addresses of the demo, which exist in the demo world only."""

from django.conf import settings
from django.urls import path

from mainstay.demo.web import views

console_urls = (
    [path("demo/websites/<int:website_id>/mode/", views.mode, name="demo-mode")] if settings.MAINSTAY.demo else []
)
