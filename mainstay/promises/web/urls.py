"""Addresses of the promise boards."""

from django.urls import path

from mainstay.promises.web import console, portal

console_urls = [
    path("promises/", console.overview, name="console-promises"),
    path("promises/<slug:slug>/", console.board, name="console-promise-board"),
]

portal_urls = [
    path("promises/", portal.board, name="portal-promises"),
]
