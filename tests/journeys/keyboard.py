"""Using a page with the keyboard alone, where the focus must be seen."""

from typing import Any

TABS_MAX = 120
FOCUSED = """() => {
    const at = document.activeElement;
    const label = at.getAttribute("aria-label") || (at.labels && at.labels[0] ? at.labels[0] : at).textContent;
    const ringed = at.closest(".search") || at;
    const style = getComputedStyle(ringed);
    const seen = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
    return {label: label.replace(/\\s+/g, " ").trim(), tag: at.tagName, seen};
}"""


def reach(page: Any, label: str) -> None:
    """Press Tab until what is called `label` has the focus, which must be seen."""
    passed = []
    for _ in range(TABS_MAX):
        at = page.evaluate(FOCUSED)
        if at["label"] == label or at["label"].startswith(f"{label} ("):
            assert at["seen"], f"the focus on {label!r} cannot be seen on {page.url}"
            return
        passed.append(at["label"][:40])
        page.keyboard.press("Tab")
    raise AssertionError(f"{label!r} is not reached with the tab key on {page.url}, but {passed}")


def fill(page: Any, label: str, text: str) -> None:
    """Reach a field and type into it."""
    reach(page, label)
    page.keyboard.type(text)


def press(page: Any, label: str) -> None:
    """Reach a button or link and press it."""
    reach(page, label)
    enter(page)


def enter(page: Any) -> None:
    """Press Enter, and wait for the page that this leads to."""
    with page.expect_navigation():
        page.keyboard.press("Enter")
