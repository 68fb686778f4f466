"""Addresses of accounts."""

from django.urls import include, path

from mainstay.access.web import (
    account,
    codes,
    entrance,
    people,
    privacy,
    registering,
    second_factor,
    sessions,
    tokens,
)

console_urls = [
    path("people/", people.staff, name="console-staff"),
    path("people/new/", people.invitation, name="console-staff-new"),
    path("people/<int:user_id>/", people.colleague, name="console-colleague"),
    path("people/grants/<int:grant_id>/confirmation/", people.confirmation, name="console-role-confirmation"),
    path("people/grants/<int:grant_id>/refusal/", people.refusal, name="console-role-refusal"),
    path("people/<int:user_id>/factor-reset/", second_factor.start_reset, name="console-colleague-factor-reset"),
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
    path("account/sessions/", sessions.listing, name="account-sessions"),
    path("account/sessions/end/", sessions.ending_others, name="account-sessions-end"),
    path("account/sessions/<str:number>/end/", sessions.ending, name="account-session-end"),
    path("account/second-factor/", second_factor.needed, name="second-factor-needed"),
    path("account/sign-in-again/", sessions.sign_in_again, name="sign-in-again"),
    path("factor-resets/<str:key>/", second_factor.reset, name="factor-reset"),
    path("accounts/code/", codes.asking, name="sign-in-code"),
    path("accounts/code/entry/", codes.entering, name="sign-in-code-entry"),
    path("portraits/<int:user_id>/<str:version>/", account.picture, name="portrait"),
    path("invitations/<str:key>/", entrance.invitation, name="invitation"),
    path(".well-known/change-password", entrance.change_password, name="change-password"),
    path("registrations/<str:key>/", registering.finishing, name="registration"),
    path("accounts/signup/", registering.beginning, name="account_signup"),
    path("accounts/signup/sent/", registering.sent, name="account_signup_sent"),
    path("accounts/", include("mainstay.access.web.account_urls")),
]
