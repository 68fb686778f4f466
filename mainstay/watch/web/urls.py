"""Addresses of the watch."""

from django.urls import path, re_path

from mainstay.watch.web import adding, beats, bringing, bulk, codes, dependencies, fleet, monitors, outages, probers

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
    path("websites/adding/", adding.asking, name="console-website-adding"),
    path("probers/", probers.listing, name="console-probers"),
    path("websites/<int:website_id>/monitors/", monitors.listing, name="console-monitors"),
    path("websites/<int:website_id>/monitors/new/", monitors.creation, name="console-monitor-new"),
    path("clients/<slug:slug>/monitors/bringing/", bringing.bringing, name="console-monitors-bringing"),
    path("clients/<slug:slug>/monitors/export/", bringing.handing_out, name="console-monitors-export"),
    path("monitors/", fleet.listing, name="console-fleet"),
    path("monitors/export/", fleet.handing_out, name="console-fleet-export"),
    path("monitors/codes/", codes.codes, name="console-codes"),
    path("monitors/bulk/", bulk.choosing, name="console-bulk-new"),
    path("monitors/bulk/<int:bulk_id>/", bulk.showing, name="console-bulk"),
    path("monitors/bulk/<int:bulk_id>/confirmation/", bulk.confirmation, name="console-bulk-confirmation"),
    path("monitors/bulk/<int:bulk_id>/undo/", bulk.undo, name="console-bulk-undo"),
    path("monitors/<int:monitor_id>/", monitors.editing, name="console-monitor"),
    path("monitors/<int:monitor_id>/times/", monitors.watching, name="console-monitor-times"),
    path("monitors/<int:monitor_id>/pause/", monitors.pause, name="console-monitor-pause"),
    path("monitors/<int:monitor_id>/resumption/", monitors.resumption, name="console-monitor-resumption"),
    path("monitors/<int:monitor_id>/retirement/", monitors.retirement, name="console-monitor-retirement"),
    path("monitors/<int:monitor_id>/token/", monitors.token, name="console-monitor-token"),
]

root_urls = [
    re_path(r"^beat/(?P<token>[^/]+)/?$", beats.report, name="beat"),
    re_path(r"^beat/(?P<token>[^/]+)/(?P<signal>[^/]+)/?$", beats.report, name="beat-signal"),
]
