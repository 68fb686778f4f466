"""Addresses of `idp`. Those of the protocol keep the names by which the library asks for them."""

from django.urls import include, path

from mainstay.idp.web import discovery, elsewhere, parties, protocol

console_urls = [
    path("sign-in/", parties.listing, name="console-parties"),
    path("sign-in/new/", parties.registration, name="console-party-new"),
    path("sign-in/key/", parties.signing_key, name="console-signing-key"),
    path("sign-in/<int:party_id>/", parties.editing, name="console-party"),
    path("sign-in/<int:party_id>/secret/", parties.secret, name="console-party-secret"),
    path("sign-in/<int:party_id>/removal/", parties.removal, name="console-party-removal"),
]

_protocol = [
    path(".well-known/openid-configuration", discovery.configuration, name="configuration"),
    path(".well-known/jwks.json", protocol.jwks, name="jwks"),
    path("identity/authorize", protocol.authorization, name="authorization"),
    path("identity/token", protocol.token, name="token"),
    path("identity/userinfo", protocol.userinfo, name="userinfo"),
    path("identity/revoke", protocol.revoke, name="revoke"),
    path("identity/logout", protocol.logout, name="logout"),
]

root_urls = [
    path("account/elsewhere/", elsewhere.listing, name="account-elsewhere"),
    path("account/elsewhere/<int:party_id>/sign-out/", elsewhere.signing_out, name="account-elsewhere-end"),
    path("", include(([path("", include((_protocol, "oidc")))], "idp"))),
]
