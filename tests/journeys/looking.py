"""Looking at a page as people with other eyes and other screens do: axe, light and dark, wide and narrow."""

from functools import cache
from pathlib import Path
from typing import Any

AXE = Path(__file__).resolve().parents[1] / "vendor" / "axe.min.js"
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
SERIOUS = {"serious", "critical"}
RUN = """rules => axe.run(document, {runOnly: rules, resultTypes: ["violations"]}).then(found => found.violations.map(
    each => ({id: each.id, impact: each.impact, nodes: each.nodes.slice(0, 3).map(node => node.html.slice(0, 150))}
)))"""
AT_REST = {"bypass_csp": True, "reduced_motion": "reduce"}
"""How a page that `troubles` looks at is opened: axe styles what it measures, and colours must not be on the move."""
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@cache
def _axe() -> str:
    return AXE.read_text()


def troubles(page: Any) -> list[str]:
    """What is wrong with the page that is open, wide and light, narrow and dark: serious violations, and overflow."""
    page.evaluate(_axe())  # over the debugger, where the page's own policy does not forbid it
    found = []
    for size, scheme in ((WIDE, "light"), (NARROW, "dark")):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        where = f"{page.url} {size['width']} px {scheme}"
        found += [f"{where}: {each['id']} {each['nodes']}" for each in violations(page)]
        if (too_wide := page.evaluate(OVERFLOW)) > 0:
            found.append(f"{where}: {too_wide} px wider than the screen")
    return found


def violations(page: Any) -> list[dict[str, Any]]:
    """The serious and critical violations that axe finds."""
    return [each for each in page.evaluate(RUN, RULES) if each["impact"] in SERIOUS]
