"""Addresses of the watch."""

from django.urls import path, re_path

from mainstay.watch.web import beats, bringing, dependencies, monitors, outages

console_urls = [
    path("outages/", outages.listing, name="console-outages"),
    path("outages/<int:outage_id>/", outages.story, name="console-outage"),
    path("outages/<int:outage_id>/acknowledgement/", outages.acknowledgement, name="console-outage-acknowledgement"),
    path("infrastructure/", dependencies.listing, name="console-dependencies"),
    path("infrastructure/new/", dependencies.creation, name="console-dependency-new"),
    path("infrastructure/<int:dependency_id>/", dependencies.overview, name="console-dependency"),
    path("infrastructure/<int:dependency_id>/edit/", dependencies.editing, name="console-dependency-edit"),
    path("infrastructure/<int:dependency_id>/websites/", dependencies.websites, name="console-dependency-websites"),
    path("infrastructure/failures/<int:failure_id>/", dependencies.failure, name="console-failure"),
    path("websites/<int:website_id>/monitors/", monitors.listing, name="console-monitors"),
    path("websites/<int:website_id>/monitors/new/", monitors.creation, name="console-monitor-new"),
    path("clients/<slug:slug>/monitors/bringing/", bringing.bringing, name="console-monitors-bringing"),
    path("clients/<slug:slug>/monitors/export/", bringing.handing_out, name="console-monitors-export"),
    path("monitors/<int:monitor_id>/", monitors.editing, name="console-monitor"),
    path("monitors/<int:monitor_id>/pause/", monitors.pause, name="console-monitor-pause"),
    path("monitors/<int:monitor_id>/resumption/", monitors.resumption, name="console-monitor-resumption"),
    path("monitors/<int:monitor_id>/retirement/", monitors.retirement, name="console-monitor-retirement"),
    path("monitors/<int:monitor_id>/token/", monitors.token, name="console-monitor-token"),
]

root_urls = [
    re_path(r"^beat/(?P<token>[^/]+)/?$", beats.report, name="beat"),
    re_path(r"^beat/(?P<token>[^/]+)/(?P<signal>[^/]+)/?$", beats.report, name="beat-signal"),
]
