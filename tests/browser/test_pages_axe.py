"""Every page, in a real browser: axe (WCAG 2.2 A and AA), no sideways scrolling at 320 px, contrasts in the dark.

What a small screen and the dark may change (colours, sizes of targets) is looked at again there. Then, without loading
the page again: a text that is spaced out (1.4.12) still fits, and with the colours of the system what has the keyboard
is still outlined: on the first visit of each route, its other states bring no other control. What the strict client
refuses is refused of the demonstration too.
"""

import pytest
from playwright.sync_api import expect

from tests.browser.pages import ANONYME, PAGES, PILOTE
from tests.strict import page_faults

SPACING = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important; }
        * { word-spacing: .16em !important; } p { margin-bottom: 2em !important; }`);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}"""

#: Of each sort of control, one that shows no outline when the keyboard is on it.
NOT_OUTLINED = """() => {
    const seen = new Set(), lost = [];
    for (const one of document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")) {
        const sort = [one.tagName, one.type, one.className].join();
        if (seen.has(sort) || !one.checkVisibility({ visibilityProperty: true })) continue;
        one.focus();
        if (document.activeElement !== one) continue;
        seen.add(sort);
        const outlined = getComputedStyle(one).outlineStyle !== "none";
        if (one.matches(":focus-visible") && !outlined) lost.push(one.outerHTML.slice(0, 160));
    }
    return lost;
}"""


FIRST = {visit.route: visit for visit in reversed(PAGES)}


@pytest.mark.parametrize("visit", PAGES, ids=str)
def test_the_page_is_accessible(visit, demo_world, page_of, axe, fits, screenshot):
    if visit.role == PILOTE:
        user = demo_world.pilot_of(visit.kwargs(demo_world)["pk"])
    else:
        user = None if visit.role == ANONYME else demo_world.user(visit.role)
    page = page_of(user)
    path = visit.path(demo_world)
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == 200, f"{page.url} répond {answer.status}"
    assert page.url.endswith(path), f"{path} renvoie vers {page.url}"
    assert not (faults := page_faults(answer.text())), faults
    axe(page)
    screenshot(page, str(visit).replace(":", "-").replace("?", "-"))
    if visit is not FIRST[visit.route]:
        fits(page, 320)
        return
    page.emulate_media(color_scheme="dark")
    expect(page.locator("html[data-bs-theme=dark]")).to_have_count(1)
    fits(page, 320)
    axe(page, "color-contrast", "target-size")
    page.evaluate(SPACING)
    fits(page, 320)
    page.emulate_media(forced_colors="active")
    page.keyboard.press("Tab")
    assert not (lost := page.evaluate(NOT_OUTLINED)), "sans contour au clavier :\n" + "\n".join(lost)
