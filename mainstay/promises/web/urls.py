"""Addresses of the promise boards."""

from django.urls import path

from mainstay.promises.web import console, portal, portfolio, reminders

console_urls = [
    path("promises/", console.overview, name="console-promises"),
    path("portfolio/", portfolio.portfolio, name="console-portfolio"),
    path("reminders/<int:reminder_id>/ticking/", reminders.ticking, name="console-reminder-ticking"),
    path("reminders/<int:reminder_id>/putting-off/", reminders.putting_off, name="console-reminder-putting-off"),
    path("promises/<slug:slug>/", console.board, name="console-promise-board"),
    path("promises/<slug:slug>/<str:clause>/", console.clause, name="console-promise"),
]

portal_urls = [
    path("promises/", portal.board, name="portal-promises"),
    path("promises/<str:clause>/", portal.clause, name="portal-promise"),
]
