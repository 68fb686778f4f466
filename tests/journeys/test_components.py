"""What a website is made of: usable and whole on a desk and on a phone, in the light and in the dark."""

import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.cast import Cast
from tests.journeys.looking import AT_REST, troubles
from tests.upkeep.sources import said, source_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PICTURES = os.environ.get("MAINSTAY_TEST_PICTURES", "")
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


@pytest.mark.parametrize("who", ["administrator", "a_viewer"])
def test_components_are_seen_and_a_file_is_taken_in(
    cast: Cast, signed_in: Callable[..., Any], tmp_path: Any, who: str
) -> None:
    website, now = cast.a.websites.get(), timezone.now()
    source, _ = source_of(website, name="requirements.txt of the live server", at=now)
    silent, _ = source_of(website, name="Packages of the server", at=now)
    said(silent, "setuptools==66.1.1", at=now - timedelta(days=30))
    said(source, "django==5.2.1", "pillow==10.0", "flask==3.0", at=now - timedelta(days=2))
    said(source, "django==5.2.2", "pillow==10.0", "a-package-with-a-rather-long-name==2026.11.28.post1", at=now)
    is_staff = who == "administrator"
    begins = "/console" if is_staff else f"/portal/{cast.a.slug}"
    page = signed_in(getattr(cast, who), f"{begins}/websites/{website.pk}/components/", **AT_REST)
    whole(page, f"components-{who}")
    page.get_by_label("Name").first.fill("djan")
    page.keyboard.press("Enter")
    page.get_by_text("pillow").first.wait_for(state="detached")
    assert page.get_by_text("5.2.2").is_visible()
    if not is_staff:
        return
    page.get_by_role("link", name="requirements.txt of the live server").click()
    page.get_by_text("1 new, 1 gone, 1 at another version").click()
    whole(page, "source")
    (tmp_path / "requirements.txt").write_text("django==5.2.3\n")
    page.get_by_label("File").set_input_files(str(tmp_path / "requirements.txt"))
    page.get_by_role("button", name="Take it in").click()
    page.get_by_text("1 components stand there.").wait_for()
    page.get_by_text("End this source…").click()
    page.get_by_role("button", name="End it").click()
    page.get_by_text("counts no more").wait_for()


def whole(page: Any, name: str) -> None:
    """Nothing is cut or hard to use, whatever the screen."""
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            if PICTURES:
                page.screenshot(path=f"{PICTURES}/{name}-{size['width']}-{scheme}.png", full_page=True)
            assert troubles(page) == []
    page.set_viewport_size(DESK)
