"""Pages for everyone: by eye and by ear, by the keyboard alone, without motion, and on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]

from tests.conftest import DESK, LANGUAGES, PAGES, PHONE, visit
from tests.test_weight import address

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# What a reader may turn to, and sees.
TURNED_TO = """() => [...document.querySelectorAll('a[href], button, input, summary, [tabindex="0"]')].filter(each => {
    const style = getComputedStyle(each), box = each.getBoundingClientRect();
    return !each.disabled && each.tabIndex >= 0 && style.visibility === "visible" && each.checkVisibility()
        && box.width > 1 && box.height > 1 && !each.closest("[hidden], details:not([open]) > :not(summary)");
}).map(each => (window.numbers ??= new Map()).set(each, window.numbers.size).get(each))"""
FOCUSED = """() => {
    const each = document.activeElement, style = getComputedStyle(each);
    const seen = style.outlineStyle !== "none" || style.boxShadow !== "none" || each.matches(":focus-visible");
    return [window.numbers.get(each) ?? -1, seen];
}"""
MOVES = """() => Math.max(...[...document.querySelectorAll("*")].flatMap(each => {
    const style = getComputedStyle(each);
    return `${style.transitionDuration}, ${style.animationDuration}`.split(", ").map(time =>
        parseFloat(time) * (time.endsWith("ms") ? 0.001 : 1));
}))"""

both_languages = pytest.mark.parametrize("language", LANGUAGES)


def complaints(page: Page) -> list[str]:
    """What axe calls serious or worse: the rule, and where it is broken."""
    found: dict[str, Any] = Axe().run(page).response
    return [
        f"{each['id']}: {node['target']} {node.get('failureSummary', '')[:200]}"
        for each in found["violations"]
        if each["impact"] in {"serious", "critical"}
        for node in each["nodes"]
    ]


@both_languages
@pytest.mark.parametrize("name", [*PAGES, "404"])
def test_axe_finds_nothing_serious(chromium: Browser, home: str, language: str, name: str) -> None:
    """In both colour schemes, and on a phone; with all that is folded opened."""
    for scheme, viewport in (("light", DESK), ("dark", DESK), ("light", PHONE)):
        with visit(chromium, home, scheme, viewport) as visitor:
            visitor.go(address(name, language))
            visitor.page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
            visitor.page.wait_for_load_state("networkidle")
            assert complaints(visitor.page) == [], (scheme, viewport)


@both_languages
@pytest.mark.parametrize("name", ["index", "cpu-bound", "evidence"])
def test_the_keyboard_alone_reaches_everything(chromium: Browser, home: str, language: str, name: str) -> None:
    """Whatever can be turned to is, by Tab, and shows that it is."""
    with visit(chromium, home) as visitor:
        visitor.go(address(name, language))
        visitor.page.wait_for_load_state("networkidle")
        wanted = set(visitor.page.evaluate(TURNED_TO))
        assert len(wanted) > 10
        reached: set[int] = set()
        for _ in range(len(wanted) + 60):
            visitor.page.keyboard.press("Tab")
            number, seen = visitor.page.evaluate(FOCUSED)
            assert number < 0 or seen
            reached.add(number)
        assert wanted - reached == set()


def test_nothing_moves_for_who_asks_for_that(chromium: Browser, home: str) -> None:
    """Of what Material animates, and of what we do."""
    context = chromium.new_context(viewport=DESK, reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{home}en/cpu-bound/")
    assert page.evaluate(MOVES) <= 0.011
    context.close()
    context = chromium.new_context(viewport=DESK, reduced_motion="no-preference")
    page = context.new_page()
    page.goto(f"{home}en/cpu-bound/")
    assert page.evaluate(MOVES) > 0.1, "otherwise there was nothing to reduce"
    context.close()


@both_languages
@pytest.mark.parametrize("name", ["index", "cpu-bound", "differences", "evidence", "interpreters", "questions"])
def test_a_page_is_printed_clean(chromium: Browser, home: str, language: str, name: str) -> None:
    """Without what only a screen has a use for, and with nothing cut off at the side."""
    with visit(chromium, home, viewport={"width": 718, "height": 1000}) as visitor:  # A4 without margins
        visitor.go(address(name, language))
        visitor.page.emulate_media(media="print")
        for unwanted in (".md-header", ".md-sidebar", ".md-footer", ".claims-filter", ".headerlink"):
            assert not [each for each in visitor.page.locator(unwanted).all() if each.is_visible()], unwanted
        assert visitor.page.locator("article h1").is_visible()
        wide, paper = visitor.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert wide <= paper
