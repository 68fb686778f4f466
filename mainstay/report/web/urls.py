"""Addresses of reports."""

from django.urls import path

from mainstay.report.web import agreements, console, portal

console_urls = [
    path("reports/", console.listing, name="console-reports"),
    path("reports/preview/<slug:slug>/<str:month>/", console.preview, name="console-report-preview"),
    path("reports/preview/<slug:slug>/<str:month>/issue/", console.issuing, name="console-report-issue"),
    path("reports/<int:report_id>/", console.report, name="console-report"),
    path("reports/<int:report_id>.pdf", console.report_pdf, name="console-report-pdf"),
    path("reports/<int:report_id>.json", console.report_json, name="console-report-json"),
    path(
        "clients/<slug:slug>/agreement/versions/<int:version>.pdf", agreements.version_pdf, name="console-agreement-pdf"
    ),
]

portal_urls = [
    path("reports/", portal.listing, name="portal-reports"),
    path("reports/<int:report_id>/", portal.report, name="portal-report"),
    path("reports/<int:report_id>.pdf", portal.report_pdf, name="portal-report-pdf"),
    path("reports/<int:report_id>.json", portal.report_json, name="portal-report-json"),
    path("agreements/<int:version>.pdf", agreements.version_pdf, name="portal-agreement-pdf"),
]

root_urls = [
    path("policy.pdf", agreements.policy_pdf, name="policy-pdf"),
]
