"""Addresses of clients."""

from django.urls import path

from mainstay.clients.web import (
    agreements,
    console,
    contacts,
    drafts,
    duty,
    notes,
    portal,
    public,
    reviews,
    signing,
    websites,
    week,
    windows,
)

console_urls = [
    path("clients/", console.listing, name="console-clients"),
    path("clients/new/", console.creation, name="console-client-new"),
    path("clients/<slug:slug>/", console.overview, name="console-client"),
    path("clients/<slug:slug>/edit/", console.editing, name="console-client-edit"),
    path("clients/<slug:slug>/manager/", console.manager, name="console-client-manager"),
    path("clients/<slug:slug>/websites/new/", websites.creation, name="console-website-new"),
    path("clients/<slug:slug>/contacts/new/", contacts.creation, name="console-contact-new"),
    path("clients/<slug:slug>/agreement/", agreements.history, name="console-agreement"),
    path("clients/<slug:slug>/agreement/new/", agreements.signing, name="console-agreement-new"),
    path("clients/<slug:slug>/agreement/versions/<int:version>/", agreements.version, name="console-agreement-version"),
    path("clients/<slug:slug>/agreement/draft/", drafts.editing, name="console-agreement-draft"),
    path("clients/<slug:slug>/agreement/draft/begin/", drafts.beginning, name="console-agreement-draft-begin"),
    path("clients/<slug:slug>/agreement/draft/preview/", drafts.preview, name="console-agreement-draft-preview"),
    path("clients/<slug:slug>/agreement/draft/sending/", drafts.sending, name="console-agreement-draft-sending"),
    path("clients/<slug:slug>/agreement/draft/recall/", drafts.recall, name="console-agreement-draft-recall"),
    path("clients/<slug:slug>/agreement/draft/dropping/", drafts.dropping, name="console-agreement-draft-dropping"),
    path("clients/<slug:slug>/windows/new/", windows.creation, name="console-window-new"),
    path("websites/<int:website_id>/edit/", websites.editing, name="console-website-edit"),
    path("contacts/<int:contact_id>/", contacts.editing, name="console-contact"),
    path("contacts/<int:contact_id>/invitation/", contacts.invitation, name="console-contact-invitation"),
    path("windows/<int:window_id>/cancellation/", windows.cancellation, name="console-window-cancellation"),
    path("windows/series/<int:series_id>/", windows.editing, name="console-series-edit"),
    path("windows/series/<int:series_id>/skipping/", windows.skipping, name="console-series-skipping"),
    path("windows/series/<int:series_id>/ending/", windows.ending, name="console-series-ending"),
    path("roster/", week.overview, name="console-roster"),
    path("roster/copying/", week.copying, name="console-roster-copying"),
    path("roster/<int:roster_id>/filling/", week.filling, name="console-roster-filling"),
    path("on-call/", duty.overview, name="console-on-call"),
    path("on-call/new/", duty.creation, name="console-roster-new"),
    path("on-call/<int:roster_id>/rotation/", duty.rotation, name="console-roster-rotation"),
    path("on-call/<int:roster_id>/rotation/end/", duty.rotation_end, name="console-roster-rotation-end"),
    path("on-call/<int:roster_id>/shifts/new/", duty.shift_creation, name="console-shift-new"),
    path("on-call/<int:roster_id>/taking-over/", duty.taking_over, name="console-duty-taking-over"),
    path("on-call/shifts/<int:shift_id>/cancellation/", duty.shift_cancellation, name="console-shift-cancellation"),
    path("on-call/absences/new/", duty.absence_creation, name="console-absence-new"),
    path("on-call/absences/<int:absence_id>/cancellation/", duty.absence_cancellation, name="console-absence-end"),
    path("clients/<slug:slug>/notes/", notes.listing, name="console-notes"),
    path("notes/<int:note_id>/", notes.editing, name="console-note"),
    path("notes/<int:note_id>/removal/", notes.removal, name="console-note-removal"),
    path("reviews/<int:review_id>/", reviews.editing, name="console-review"),
]

portal_urls = [
    path("people/", portal.people, name="portal-people"),
    path("agreements/", signing.listing, name="portal-agreements"),
    path("agreements/<int:version>/", signing.version, name="portal-agreement"),
    path("agreements/<int:version>.txt", signing.version_text, name="portal-agreement-text"),
    path("agreements/offers/<int:offer_id>/", signing.offer, name="portal-agreement-offer"),
    path("agreements/offers/<int:offer_id>/signature/", signing.signature, name="portal-agreement-signature"),
    path("agreements/offers/<int:offer_id>/refusal/", signing.refusal, name="portal-agreement-refusal"),
]

root_urls = [
    path("policy/", public.policy, name="policy"),
]
