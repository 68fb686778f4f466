"""Addresses of the composed pages."""

from django.urls import path

from mainstay.faces.web import care, console, entrance, portal

root_urls = [path("", entrance.entrance, name="home")]

console_urls = [
    path("", console.home, name="console-home"),
    path("my-clients/", care.mine, name="console-my-clients"),
    path("clients/<slug:slug>/account/", care.account, name="console-account"),
    path("search/", console.search, name="console-search"),
    path("websites/", console.websites, name="console-websites"),
    path("websites/<int:website_id>/", console.website, name="console-website"),
]

portal_urls = [
    path("", portal.home, name="portal-home"),
    path("websites/", portal.websites, name="portal-websites"),
    path("websites/<int:website_id>/", portal.website, name="portal-website"),
]
