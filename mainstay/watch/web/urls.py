"""Addresses of the watch."""

from django.urls import path, re_path

from mainstay.watch.web import beats, bringing, monitors, outages, probers

console_urls = [
    path("outages/", outages.listing, name="console-outages"),
    path("outages/<int:outage_id>/", outages.story, name="console-outage"),
    path("outages/<int:outage_id>/acknowledgement/", outages.acknowledgement, name="console-outage-acknowledgement"),
    path("probers/", probers.listing, name="console-probers"),
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
