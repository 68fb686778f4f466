"""Addresses of accounts."""

from django.urls import include, path

from mainstay.access.web import account, entrance, people, privacy, registering, tokens

console_urls = [
    path("people/", people.staff, name="console-staff"),
    path("people/new/", people.invitation, name="console-staff-new"),
    path("people/<int:user_id>/", people.colleague, name="console-colleague"),
    path("people/grants/<int:grant_id>/confirmation/", people.confirmation, name="console-role-confirmation"),
    path("people/grants/<int:grant_id>/refusal/", people.refusal, name="console-role-refusal"),
    path("people/<int:user_id>/erasure/", privacy.erasure, name="console-person-erasure"),
    path("people/<int:user_id>/suspension/", people.suspension, name="console-colleague-suspension"),
]

root_urls = [
    path("account/", account.profile, name="account"),
    path("account/portrait/", account.portrait, name="account-portrait"),
    path("account/data/", privacy.own_data, name="account-data"),
    path("account/data/copy/", privacy.asking, name="account-data-copy"),
    path("account/data/taking/", privacy.taking, name="account-data-taking"),
    path("account/tokens/", tokens.listing, name="account-tokens"),
    path("account/tokens/new/", tokens.creation, name="account-token-new"),
    path("account/tokens/<int:token_id>/revocation/", tokens.revocation, name="account-token-revocation"),
    path("portraits/<int:user_id>/<str:version>/", account.picture, name="portrait"),
    path("invitations/<str:key>/", entrance.invitation, name="invitation"),
    path(".well-known/change-password", entrance.change_password, name="change-password"),
    path("registrations/<str:key>/", registering.finishing, name="registration"),
    path("accounts/signup/", registering.beginning, name="account_signup"),
    path("accounts/signup/sent/", registering.sent, name="account_signup_sent"),
    path("accounts/", include("mainstay.access.web.account_urls")),
]
