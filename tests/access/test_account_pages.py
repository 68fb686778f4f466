"""One's own account, and the agency's people."""

from django.core.files.uploadedfile import SimpleUploadedFile

from mainstay.access.models import ApiToken, User
from mainstay.common.mail import OutgoingMail
from tests.access.test_portraits import picture


def test_the_own_name_is_changed_and_nothing_else(cast, client) -> None:
    client.force_login(cast.helper)
    given = {"name": "Hal H.", "phone": "+44 20 7946 0000", "time_zone": "Europe/Berlin"}
    client.post("/account/", given | {"agency_role": "administrator", "email": "x@y.z", "is_active": ""})
    helper = User.objects.get(pk=cast.helper.pk)
    assert (helper.name, helper.phone, helper.time_zone) == ("Hal H.", "+44 20 7946 0000", "Europe/Berlin")
    assert (helper.agency_role, helper.email, helper.is_active) == ("helper", "hal.helper@example.org", True)


def test_an_unknown_zone_is_refused(cast, client) -> None:
    client.force_login(cast.helper)
    assert client.post("/account/", {"name": "Hal", "time_zone": "Mars/Olympus"}).status_code == 422


def test_a_picture_is_sent_shown_and_removed(cast, client) -> None:
    client.force_login(cast.helper)
    client.post("/account/portrait/", {"picture": SimpleUploadedFile("me.png", picture().read())})
    url = User.objects.get(pk=cast.helper.pk).portrait_url
    answer = client.get(url)
    assert (answer["Content-Type"], answer.content[:4]) == ("image/webp", b"RIFF")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    client.force_login(cast.b_administrator)
    assert client.get(url).status_code == 200  # everybody may see the agency's staff
    client.force_login(cast.helper)
    client.post("/account/portrait/", {"remove": "1"})
    assert client.get(url).status_code == 404


def test_what_is_no_picture_is_explained(cast, client) -> None:
    client.force_login(cast.helper)
    answer = client.post("/account/portrait/", {"picture": SimpleUploadedFile("me.png", b"<svg/>")})
    assert "cannot be read as a picture" in answer.content.decode()
    assert not User.objects.get(pk=cast.helper.pk).portrait


def test_a_token_is_shown_once(cast, client) -> None:
    client.force_login(cast.helper)
    given = {"name": "Screen", "scopes": ["clients.view"], "lifetime": "30"}
    made = client.post("/account/tokens/new/", given)
    assert "no-store" in made["Cache-Control"]
    secret = made.context["secret"]
    assert secret in made.content.decode()
    listed = client.get("/account/tokens/").content.decode()
    assert secret[:12] in listed
    assert secret not in listed
    assert client.get("/api/v1/clients", headers={"Authorization": f"Bearer {secret}"}).status_code == 200


def test_a_right_that_one_lacks_cannot_be_given(cast, client) -> None:
    client.force_login(cast.helper)
    for scope in ("clients.edit", "access.edit_user", "nonsense"):
        answer = client.post("/account/tokens/new/", {"name": "Screen", "scopes": [scope], "lifetime": "30"})
        assert answer.status_code == 422
    assert not ApiToken.objects.exists()


def test_a_token_is_revoked_by_its_owner_only(cast, client) -> None:
    token, secret = cast.token_row(cast.helper)
    client.force_login(cast.administrator)
    assert client.post(f"/account/tokens/{token.pk}/revocation/").status_code == 404
    client.force_login(cast.helper)
    assert client.get(f"/account/tokens/{token.pk}/revocation/").status_code == 405
    client.post(f"/account/tokens/{token.pk}/revocation/")
    assert client.get("/api/v1/clients", headers={"Authorization": f"Bearer {secret}"}).status_code == 401


def test_a_colleague_is_invited(cast, client) -> None:
    client.force_login(cast.administrator)
    client.post("/console/people/new/", {"name": "Nina New", "email": "Nina@example.org", "role": "engineer"})
    assert User.objects.get(email="nina@example.org").agency_role == "engineer"
    assert "/invitations/" in OutgoingMail.objects.get().text


def test_an_address_in_use_is_named(cast, client) -> None:
    client.force_login(cast.administrator)
    given = {"name": "Again", "email": cast.a_viewer.email, "role": "engineer"}
    answer = client.post("/console/people/new/", given)
    assert (answer.status_code, OutgoingMail.objects.count()) == (422, 0)
    assert cast.a_viewer.email in answer.content.decode()


def test_the_last_administrator_cannot_be_suspended(cast, client) -> None:
    client.force_login(cast.administrator)
    answer = client.post(f"/console/people/{cast.administrator.pk}/suspension/")
    assert answer.status_code == 409
    assert "only administrator" in answer.content.decode()
    assert User.objects.get(pk=cast.administrator.pk).is_active


def test_a_clients_person_is_no_colleague(cast, client) -> None:
    client.force_login(cast.administrator)
    assert client.get(f"/console/people/{cast.a_viewer.pk}/").status_code == 404
    assert client.post(f"/console/people/{cast.a_viewer.pk}/", {"role": "administrator"}).status_code == 404


def test_staff_are_listed_in_as_many_queries_however_many(cast, client, django_assert_max_num_queries) -> None:
    client.force_login(cast.administrator)
    client.get("/console/people/")
    with django_assert_max_num_queries(40) as few:
        client.get("/console/people/")
    for number in range(3):
        User.objects.create_user(email=f"more{number}@example.org", name="More", agency_role="helper")
    with django_assert_max_num_queries(40) as many:
        client.get("/console/people/")
    assert len(many) == len(few)
