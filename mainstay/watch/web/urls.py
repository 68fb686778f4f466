"""Addresses of the watch."""

from django.urls import path, re_path

from mainstay.watch.web import alerts, beats, bringing, channels, life, monitors, outages

console_urls = [
    path("outages/", outages.listing, name="console-outages"),
    path("outages/<int:outage_id>/", outages.story, name="console-outage"),
    path("outages/<int:outage_id>/acknowledgement/", outages.acknowledgement, name="console-outage-acknowledgement"),
    path("alerts/", alerts.overview, name="console-alerts"),
    path("alerts/rules/new/", alerts.creation, name="console-alert-rule-new"),
    path("alerts/rules/<int:rule_id>/", alerts.editing, name="console-alert-rule"),
    path("alerts/rules/<int:rule_id>/retirement/", alerts.retirement, name="console-alert-rule-retirement"),
    path("clients/<slug:slug>/alerts/", alerts.of_client, name="console-client-alerts"),
    path("clients/<slug:slug>/alerts/new/", alerts.creation_for_client, name="console-client-alert-rule-new"),
    path("channels/", channels.listing, name="console-channels"),
    path("channels/new/", channels.creation, name="console-channel-new"),
    path("channels/<int:channel_id>/", channels.editing, name="console-channel"),
    path("channels/<int:channel_id>/trial/", channels.trial, name="console-channel-trial"),
    path("channels/<int:channel_id>/pause/", channels.pause, name="console-channel-pause"),
    path("channels/<int:channel_id>/resumption/", channels.resumption, name="console-channel-resumption"),
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
    path("health/", life.health, name="health"),
    re_path(r"^beat/(?P<token>[^/]+)/?$", beats.report, name="beat"),
    re_path(r"^beat/(?P<token>[^/]+)/(?P<signal>[^/]+)/?$", beats.report, name="beat-signal"),
]
