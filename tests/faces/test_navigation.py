"""Which entry of the navigation a page belongs to."""

import pytest

from tests.cast import Cast


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("/console/", "Today"),
        ("/console/desk/", "Desk"),
        ("/console/desk/procedure/", "Desk"),
        ("/console/mailboxes/", "Desk"),
        ("/console/channels/", "Alerts"),
        ("/console/probers/", "Monitors"),
        ("/console/my-clients/", "My clients"),
        ("/console/search/", None),
    ],
)
def test_a_page_belongs_to_one_entry_and_only_its_own(cast: Cast, client, path: str, label: str | None):
    client.force_login(cast.administrator)
    nav = client.get(path).context["nav"]
    assert [each["label"] for each in nav if each["is_current"]] == ([label] if label else [])


@pytest.mark.django_db
def test_the_first_page_of_the_portal_is_itself_alone(cast: Cast, client):
    client.force_login(cast.administrator)
    home = f"/portal/{cast.a.slug}/"
    for path, label in ((home, "Home"), (f"{home}tickets/", "Tickets")):
        nav = client.get(path).context["nav"]
        assert [str(each["label"]) for each in nav if each["is_current"]] == [label]
