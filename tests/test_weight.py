"""What a page costs its reader: bytes, requests, and moving text. What is rarely wanted comes when it is wanted."""

from __future__ import annotations

import gzip
import threading
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.conftest import DESK, LANGUAGES, PAGES, PHONE, Quiet, hosted, visit, wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Request, Response, ViewportSize

    from tests.conftest import Guide, Visit

KILOBYTES, REQUESTS = 100, 12
LIBRARY = "mermaid.tiny.js"
LATE = ("search_index.json", "/workers/search.")
# The sum of all layout shifts, https://web.dev/articles/cls: none is to be seen, and rounding may leave a trace of one.
SHIFTS = """() => new Promise(resolve => {
    let sum = 0;
    new PerformanceObserver(list => { for (const shift of list.getEntries()) sum += shift.value; })
        .observe({type: "layout-shift", buffered: true});
    setTimeout(() => resolve(sum), 300);
})"""

both_languages = pytest.mark.parametrize("language", LANGUAGES)
every_page = pytest.mark.parametrize("name", [*PAGES, "404"])


def address(name: str, language: str) -> str:
    """Of a page, below the site."""
    return {"index": LANGUAGES[language], "404": "404.html"}.get(name, f"{LANGUAGES[language]}{name}/")


def first_load(chromium: Browser, home: str, path: str) -> tuple[float, int, dict[str, bytes]]:
    """A page's layout shift, its requests, and what they brought, by address, without the library that draws."""
    answers: list[Response] = []
    with visit(chromium, home) as visitor:
        visitor.page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 (it takes no built-in)
        visitor.go(path)
        visitor.page.wait_for_load_state("networkidle")
        shift: float = visitor.page.evaluate(SHIFTS)
        return shift, len(answers), {each.url: each.body() for each in answers if LIBRARY not in each.url}


@both_languages
@every_page
def test_a_page_is_light_and_stands_still(chromium: Browser, home: str, language: str, name: str) -> None:
    """On first load few bytes, few requests, no text that moves.

    A page comes in pieces, and one that ends within a line may by chance be painted before the rest of the line is
    there. So it has three visits: what the page itself moves, it moves at every one.
    """
    shift, count, fetched = first_load(chromium, home, address(name, language))
    assert count <= REQUESTS, sorted(fetched)
    assert not [url for url in fetched for late in LATE if late in url]
    # Already compressed files would not grow; there is none but text.
    weights = {url: len(gzip.compress(body, 6)) for url, body in fetched.items()}
    assert sum(weights.values()) <= 1000 * KILOBYTES, weights
    shifts = [shift]
    while shifts[-1] >= 0.001 and len(shifts) < 3:
        shifts.append(first_load(chromium, home, address(name, language))[0])
    assert shifts[-1] < 0.001, shifts


@both_languages
@pytest.mark.parametrize("name", ["cpu-bound", "interpreters"])  # one with headings below its title, and one without
def test_the_first_that_is_painted_is_the_text(chromium: Browser, built: Guide, language: str, name: str) -> None:
    """Not the header alone, with the text after Material's script: here the host stops before the text and waits."""
    go_on = threading.Event()

    class Halting(Quiet):
        def copyfile(self, source: Any, outputfile: Any) -> None:
            before, article, after = source.read().partition(b"<article")
            outputfile.write(before)
            if article:
                go_on.wait(15)
            outputfile.write(article + after)

    with hosted(built.site, Halting) as home, visit(chromium, home) as visitor:
        visitor.page.goto(home + address(name, language), wait_until="commit")
        expect(visitor.page.locator(".md-header")).to_be_attached()
        # Nothing else holds a paint back.
        wait_until(lambda: visitor.page.evaluate("document.styleSheets.length") == 3, "loading the style sheets")
        visitor.page.wait_for_timeout(500)
        painted = "performance.getEntriesByType('paint').length"
        assert visitor.page.evaluate(painted) == 0
        go_on.set()
        wait_until(lambda: visitor.page.evaluate(painted) > 0, "painting the text")


@pytest.mark.parametrize("name", ["index", "differences", "evidence", "interpreters", "without-the-gil"])
def test_no_later_row_of_a_long_table_moves_the_earlier_ones(chromium: Browser, home: str, name: str) -> None:
    """A page comes in pieces, and where they are cut is chance: so the widths of columns are not left to the rows."""
    with visit(chromium, home) as visitor:
        visitor.go(address(name, "en"))
        tables = visitor.page.locator("table:is(.answers, .comparison, .claims, .columns)")
        layouts = [each.evaluate("table => getComputedStyle(table).tableLayout") for each in tables.all()]
        assert layouts
        assert set(layouts) == {"fixed"}


def requests(visitor: Visit, of: str = "") -> list[str]:
    """What is asked for from now on, one address for each time."""
    asked: list[str] = []

    def ask(request: Request) -> None:
        if of in request.url:
            asked.append(request.url)

    visitor.page.on("request", ask)
    return asked


@pytest.mark.parametrize("viewport", [DESK, PHONE])
def test_the_search_is_fetched_when_it_is_turned_to(chromium: Browser, home: str, viewport: ViewportSize) -> None:
    """By the pointer, or by the key that opens it."""
    for turn in ("pointer", "key"):
        with visit(chromium, home, viewport=viewport) as visitor:
            asked = requests(visitor)
            visitor.go("en/")
            visitor.page.wait_for_load_state("networkidle")
            assert not [url for url in asked for late in LATE if late in url]
            if turn == "key":
                visitor.page.keyboard.press("/")
                visitor.page.keyboard.type("semaphore heap", delay=20)
            elif viewport is PHONE:
                visitor.page.locator(".md-header__button[for=__search]").click()
            else:
                visitor.page.locator("input.md-search__input").click()
            if turn == "pointer":
                visitor.page.keyboard.type("heap", delay=20)
            expect(visitor.page.locator(".md-search-result__item").first).to_be_attached()
            assert len([url for url in asked if LATE[0] in url]) == 1


@both_languages
def test_the_diagram_library_comes_when_a_diagram_is_about_to_be_seen(
    chromium: Browser, home: str, language: str
) -> None:
    """On a screen so low that it is far away at first; and on no page that has none."""
    with visit(chromium, home, viewport={"width": 360, "height": 200}) as visitor:
        asked = requests(visitor, LIBRARY)
        visitor.go(f"{LANGUAGES[language]}cpu-bound/")
        visitor.page.wait_for_load_state("networkidle")
        visitor.go(f"{LANGUAGES[language]}differences/#often-said")
        visitor.page.wait_for_load_state("networkidle")
        assert asked == []
        expect(visitor.page.locator("pre.mermaid")).to_contain_text("graph")
        visitor.page.locator("#memory").scroll_into_view_if_needed()
        expect(visitor.page.locator("div.mermaid")).to_have_count(1)
        assert len(asked) == 1
        assert visitor.page.evaluate(SHIFTS) < 0.001


@both_languages
def test_without_the_diagram_library_the_page_is_read_in_words(chromium: Browser, home: str, language: str) -> None:
    """The source stays, and the list says the same."""
    with visit(chromium, home) as visitor:
        visitor.page.route(f"**/{LIBRARY}", lambda route: route.abort())
        visitor.go(f"{LANGUAGES[language]}differences/")
        expect(visitor.page.locator("pre.mermaid")).to_be_visible()
        expect(visitor.page.locator("#memory-in-words + ul li, #memory-in-words ~ ul li").first).to_be_attached()
        expect(visitor.page.locator("table.comparison tbody tr")).to_have_count(5)
        visitor.page.wait_for_load_state("networkidle")
        visitor.complaints = [each for each in visitor.complaints if LIBRARY not in each and "ERR_FAILED" not in each]


@both_languages
def test_the_language_switch_stays_at_the_place(chromium: Browser, home: str, language: str) -> None:
    """The heading above what is being read is the same in both languages."""
    (other,) = set(LANGUAGES) - {language}
    with visit(chromium, home) as visitor:
        visitor.go(f"{LANGUAGES[language]}cpu-bound/#when-not")
        visitor.page.wait_for_load_state("networkidle")
        visitor.page.locator(".md-select").hover()
        visitor.page.locator(f'.md-select__link[hreflang="{other}"]').click()
        expect(visitor.page).to_have_url(f"{home}{LANGUAGES[other]}cpu-bound/#when-not")
        visitor.page.wait_for_load_state("networkidle")
        expect(visitor.page.locator("#when-not")).to_be_in_viewport()
