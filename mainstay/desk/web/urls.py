"""The addresses of the desk's pages."""

from django.urls import path

from mainstay.desk.web import console, files, handling, parked, phone, portal

console_urls = [
    path("desk/", console.queue, name="console-desk"),
    path("desk/new/", phone.new, name="console-ticket-new"),
    path("desk/mail/", parked.index, name="console-mail"),
    path("desk/mail/<int:raw_id>/original/", parked.original, name="console-mail-original"),
    path("desk/mail/<int:raw_id>/dismissal/", parked.dismissal, name="console-mail-dismissal"),
    path("desk/mail/<int:raw_id>/ticket/", parked.ticket, name="console-mail-ticket"),
    path("desk/<str:reference>/", console.ticket, name="console-ticket"),
    path("desk/<str:reference>/reply/", console.reply, name="console-ticket-reply"),
    path("desk/<str:reference>/note/", console.note, name="console-ticket-note"),
    path("desk/<str:reference>/assignment/", handling.assignment, name="console-ticket-assignment"),
    path("desk/<str:reference>/priority/", handling.priority, name="console-ticket-priority"),
    path("desk/<str:reference>/waiting/", handling.waiting, name="console-ticket-waiting"),
    path("desk/<str:reference>/closing/", handling.closing, name="console-ticket-closing"),
    path("desk/<str:reference>/reopening/", handling.reopening, name="console-ticket-reopening"),
    path("desk/<str:reference>/client/", handling.client, name="console-ticket-client"),
]

portal_urls = [
    path("tickets/", portal.index, name="portal-tickets"),
    path("tickets/new/", portal.new, name="portal-ticket-new"),
    path("tickets/<str:reference>/", portal.ticket, name="portal-ticket"),
    path("tickets/<str:reference>/messages/", portal.message, name="portal-ticket-message"),
]

root_urls = [
    path("files/<int:attachment_id>/", files.attachment, name="desk-attachment"),
]
