"""Addresses of upkeep."""

from django.urls import path

from mainstay.upkeep.web import console, portal, push

console_urls = [
    path("websites/<int:website_id>/components/", console.components, name="console-components"),
    path("websites/<int:website_id>/components/sources/new/", console.creation, name="console-inventory-source-new"),
    path("inventory-sources/<int:source_id>/", console.source, name="console-inventory-source"),
    path("inventory-sources/<int:source_id>/end/", console.end, name="console-inventory-source-end"),
]

portal_urls = [
    path("websites/<int:website_id>/components/", portal.components, name="portal-components"),
]

root_urls = [path("inventory/<str:token>/", push.take, name="inventory-push")]
