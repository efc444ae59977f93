"""The built site in a real browser, in both languages and both colour schemes."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.conftest import DESK, LANGUAGES, PAGES, PHONE, ROOT, visit, wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Request, Route

    from tests.conftest import Guide

both_languages = pytest.mark.parametrize("language", LANGUAGES)
both_schemes = pytest.mark.parametrize("scheme", ["light", "dark"])


@both_languages
@both_schemes
def test_the_diagram_is_drawn_and_the_table_is_there(chromium: Browser, home: str, language: str, scheme: str) -> None:
    """Material draws into a closed shadow root: seen is the element that took the source's place."""
    with visit(chromium, home, scheme) as visitor:
        visitor.go(f"{LANGUAGES[language]}differences/")
        diagram = visitor.page.locator("div.mermaid")
        expect(diagram).to_have_count(1)
        expect(visitor.page.locator("pre.mermaid")).to_have_count(0)
        box = diagram.bounding_box()
        assert box is not None
        assert box["width"] > 300
        assert box["height"] > 150
        rows = visitor.page.locator("table.comparison tbody tr")
        expect(rows).to_have_count(5)
        expect(rows.first.locator("td")).to_have_count(3)


@both_languages
@both_schemes
def test_the_page_has_the_scheme_of_the_reader(chromium: Browser, home: str, language: str, scheme: str) -> None:
    """And text that can be read on it: far apart in lightness."""
    with visit(chromium, home, scheme) as visitor:
        visitor.go(LANGUAGES[language])
        body = visitor.page.locator("body")
        expect(body).to_have_attribute("data-md-color-scheme", "slate" if scheme == "dark" else "default")
        paper, ink = (lightness(body, name) for name in ("backgroundColor", "color"))
        assert (paper < 60 < 180 < ink) if scheme == "dark" else (ink < 60 < 180 < paper)


def lightness(element: Any, name: str) -> float:
    """The mean of red, green and blue of a computed colour, 0 to 255."""
    colour = element.evaluate("(element, name) => getComputedStyle(element)[name]", name)
    return sum(float(part) for part in re.findall(r"[\d.]+", colour)[:3]) / 3


@both_languages
@both_schemes
def test_the_evidence_is_seen_and_its_record_can_be_fetched(
    chromium: Browser, home: str, language: str, scheme: str
) -> None:
    """Verdicts, chart and table, and a link to every sample."""
    with visit(chromium, home, scheme) as visitor:
        visitor.go(f"{LANGUAGES[language]}cpu-bound/")
        evidence = visitor.page.locator('section[data-experiment="cpu_bound"]')
        expect(evidence.locator("[data-verdict]").first).to_be_visible()
        link = evidence.locator('a[href$="data/cpu_bound.json"]')
        record = visitor.page.request.get(link.evaluate("link => link.href")).json()
        assert record["experiment"] == "cpu_bound"
        # On a machine that was busy all the time no round counts, and there is nothing to draw.
        counted = any(each["valid"] and each["kind"] == "timed" for each in record["rounds"])
        expect(evidence.locator("figure svg:visible")).to_have_count(int(counted))
        expect(evidence.locator("tr[data-program]")).to_have_count(3 * counted)


@both_languages
def test_the_programs_stand_behind_tabs(chromium: Browser, home: str, language: str) -> None:
    """One is shown at a time, whole, with a button to copy it."""
    with visit(chromium, home) as visitor:
        visitor.go(f"{LANGUAGES[language]}cpu-bound/")
        tabs = visitor.page.locator(".tabbed-labels").first.locator("label")
        blocks = visitor.page.locator(".tabbed-content").first.locator(".tabbed-block")
        expect(tabs).to_have_count(3)
        expect(blocks.nth(0)).to_be_visible()
        tabs.nth(1).click()
        expect(blocks.nth(0)).to_be_hidden()
        expect(blocks.nth(1)).to_contain_text("multiprocessing")
        expect(blocks.nth(1).locator("button.md-code__button").first).to_be_attached()


@both_languages
@both_schemes
def test_folded_evidence_opens_by_the_keyboard_and_holds_all(
    chromium: Browser, home: str, language: str, scheme: str
) -> None:
    """Closed it is one line with the verdict; opened, a picture, a table and the programs."""
    with visit(chromium, home, scheme) as visitor:
        visitor.go(f"{LANGUAGES[language]}differences/")
        fold = visitor.page.locator("details[data-experiment=memory_cost]")
        expect(fold.locator("> summary .verdict")).to_be_visible()
        expect(fold.locator("svg")).to_be_hidden()
        fold.locator("> summary").focus()
        visitor.page.keyboard.press("Enter")
        expect(fold.locator("svg")).to_be_visible()
        expect(fold.locator("table").first).to_be_visible()
        fold.locator("details.listing > summary").first.click()
        expect(fold.locator("details.listing pre").first).to_contain_text("def main")


@both_languages
def test_a_link_to_a_claim_leads_into_the_fold(chromium: Browser, home: str, language: str) -> None:
    """From the table of all claims to the claim itself, which opens."""
    with visit(chromium, home) as visitor:
        visitor.go(f"{LANGUAGES[language]}evidence/")
        visitor.page.locator("tr[data-experiment=memory_cost] a").first.click()
        claim = visitor.page.locator("details[data-experiment=memory_cost] li[data-claim]").first
        expect(claim).to_be_visible()
        assert visitor.page.url.split("#")[1] == claim.get_attribute("id")


@both_languages
def test_the_claims_are_sorted_and_filtered(chromium: Browser, home: str, language: str) -> None:
    """By any heading, both ways; and by any word."""
    with visit(chromium, home) as visitor:
        visitor.go(f"{LANGUAGES[language]}evidence/")
        rows = visitor.page.locator("table.claims tbody tr")
        everything = rows.count()
        heading = visitor.page.locator("table.claims thead th").nth(3)

        def shown() -> list[float]:
            cells = rows.locator("td:nth-of-type(3)").all()
            return [float(value) for cell in cells if (value := cell.get_attribute("data-sort"))]

        heading.locator("button").click()
        expect(heading).to_have_attribute("aria-sort", "ascending")
        assert shown() == sorted(shown())
        heading.locator("button").click()
        assert shown() == sorted(shown(), reverse=True)
        visitor.page.locator(".claims-filter").fill("NumPy")
        left = sum(row.is_visible() for row in rows.all())
        assert 0 < left < everything


def test_the_claims_can_be_read_without_javascript(chromium: Browser, home: str) -> None:
    """A plain table, with nothing to press that does nothing."""
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{home}en/evidence/")
    expect(page.locator("table.claims tbody tr").first).to_be_visible()
    expect(page.locator(".claims-filter")).to_be_hidden()
    context.close()


@both_languages
@pytest.mark.parametrize("name", PAGES)
def test_the_language_switch_stays_on_the_page(chromium: Browser, home: str, language: str, name: str) -> None:
    """From each page, in either direction."""
    path = "" if name == "index" else f"{name}/"
    (other,) = set(LANGUAGES) - {language}
    with visit(chromium, home) as visitor:
        visitor.go(LANGUAGES[language] + path)
        visitor.page.locator(".md-select").hover()
        visitor.page.locator(f'.md-select__link[hreflang="{other}"]').click()
        expect(visitor.page).to_have_url(home + LANGUAGES[other] + path)
        expect(visitor.page.locator("html")).to_have_attribute("lang", other)


@both_languages
@pytest.mark.parametrize("words", ["執行緒", "進程", "GIL"])
def test_the_search_finds(chromium: Browser, home: str, language: str, words: str) -> None:
    """In Chinese too, which has no spaces between its words."""
    with visit(chromium, home) as visitor:
        visitor.go(LANGUAGES[language])
        assert found(visitor.page, words) > 0


def found(page: Page, words: str) -> int:
    """How many pages the search finds. It listens for keyup, which filling a field does not send."""
    box = page.locator("input.md-search__input")
    box.focus()
    box.fill(words)
    box.dispatch_event("keyup")
    results = page.locator(".md-search-result__item")
    expect(results.first).to_be_attached()
    expect(results.first).to_contain_text(words)
    return results.count()


@both_languages
def test_what_is_found_in_the_language_of_the_page_comes_first(chromium: Browser, home: str, language: str) -> None:
    """For a word that stands in both; the pages of the other follow, as far as they are listed at first."""
    with visit(chromium, home) as visitor:
        visitor.go(LANGUAGES[language])
        assert found(visitor.page, "GIL") > 0
        links = visitor.page.locator(".md-search-result__item > a:first-child").all()
        in_english = [f"{home}en/" in str(link.evaluate("link => link.href")) for link in links]
        assert in_english[0] == (language == "en")
        assert in_english == sorted(in_english, reverse=language == "en")


@both_languages
@pytest.mark.parametrize("name", [*PAGES, "404.html"])
def test_no_page_scrolls_sideways_on_a_phone(chromium: Browser, home: str, language: str, name: str) -> None:
    """At 360 pixels; tables and diagrams scroll inside their own frames."""
    path = {"index": "", "404.html": "404.html"}.get(name, f"{name}/")
    with visit(chromium, home, viewport=PHONE) as visitor:
        visitor.go(path if name == "404.html" else LANGUAGES[language] + path)
        if name == "differences":
            expect(visitor.page.locator("div.mermaid")).to_have_count(1)
        visitor.page.wait_for_load_state("networkidle")  # whatever a page asks for late is heard, too
        wide, window = visitor.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert wide <= window


@both_languages
@pytest.mark.parametrize("name", [*PAGES, "404.html"])
def test_nothing_that_a_page_offers_breaks_its_policy(chromium: Browser, home: str, language: str, name: str) -> None:
    """The colour switch, copying, the search; the console of a visitor tells of each violation."""
    path = {"index": "", "404.html": "404.html"}.get(name, f"{name}/")
    with visit(chromium, home) as visitor:
        visitor.go(path if name == "404.html" else LANGUAGES[language] + path)
        if name == "differences":
            expect(visitor.page.locator("div.mermaid")).to_have_count(1)
        for scheme in ("default", "slate", "default"):
            visitor.page.locator("form[data-md-component=palette] label:visible").click()
            expect(visitor.page.locator("body")).to_have_attribute("data-md-color-scheme", scheme)
        for button in visitor.page.locator("button.md-code__button:visible").all():
            button.click()
        assert found(visitor.page, "GIL") > 0
        visitor.page.keyboard.press("Enter")
        expect(visitor.page).to_have_url(re.compile(r"\?h=gil"))


INJECTED = """
<script>window.ran = "inline"</script>
<script src="https://elsewhere.example/script.js"></script>
<img src="data:," onerror="window.ran = 'handler'">
<img src="https://elsewhere.example/image.png">
<link rel="stylesheet" href="https://elsewhere.example/style.css">
<style>body { display: none }</style>
<iframe src="/"></iframe>
<object data="/"></object>
<base href="https://elsewhere.example/">
"""
REFUSED = {"base-uri", "frame-src", "img-src", "object-src", "script-src-attr", "script-src-elem", "style-src-elem"}


@both_languages
@pytest.mark.parametrize("headers", [True, False], ids=["with headers", "without headers"])
def test_what_is_put_into_a_page_runs_nothing_and_asks_nobody(
    chromium: Browser, home: str, language: str, *, headers: bool
) -> None:
    """Also where a host sends no headers: then it is the page that says so."""

    def inject(route: Route) -> None:
        answer = route.fetch()
        sent = answer.headers if headers else {"content-type": "text/html"}
        route.fulfill(status=200, headers=sent, body=answer.text().replace("<article", f"{INJECTED}<article"))

    context = chromium.new_context()
    context.add_init_script(
        "window.refused = [];"
        "document.addEventListener('securitypolicyviolation', (event) => refused.push(event.effectiveDirective));"
    )
    page = context.new_page()
    others: list[Request] = []
    page.on("request", lambda asked: None if asked.url.startswith((home, "data:")) else others.append(asked))
    page.route(f"{home}{LANGUAGES[language]}cpu-bound/", inject)
    page.goto(f"{home}{LANGUAGES[language]}cpu-bound/")
    page.wait_for_load_state("networkidle")
    page.evaluate("fetch('https://elsewhere.example/').catch(() => null)")
    assert page.evaluate("window.ran") is None
    expect(page.locator("article h1")).to_be_visible()
    assert set(page.evaluate("refused")) == REFUSED | {"connect-src"}
    assert page.evaluate("document.baseURI").startswith(home)
    assert {request.failure for request in others} == {"csp"}  # wanted, and never sent
    context.close()


def test_a_served_page_reloads_itself(chromium: Browser, guide: Guide) -> None:
    """MkDocs' own script does it, which no policy can know ahead."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    with guide.running("serve", "--dev-addr", address) as process, visit(chromium, f"http://{address}/") as visitor:
        wait_until(lambda: listens(address) or process.poll() is not None, "the start of the server")
        visitor.go("en/method/")
        guide.append("docs/en/method.md", "\nA new sentence.\n")
        expect(visitor.page.get_by_text("A new sentence.")).to_be_visible(timeout=60_000)


def listens(address: str) -> bool:
    """Whether a server is there."""
    host, port = address.split(":")
    with socket.socket() as door:
        return door.connect_ex((host, int(port))) == 0


def test_a_site_built_for_a_disk_needs_no_server(chromium: Browser, guide: Guide, tmp_path: Path) -> None:
    """`make offline`, its zip unpacked elsewhere: pages, diagram, language switch and search from file://."""
    shutil.copy(ROOT / "Makefile", guide.root)
    (guide.root / ".venv").symlink_to(Path(sys.prefix))
    made = subprocess.run(
        ["make", "--old-file=.venv/ready", "offline"],
        cwd=guide.root,
        env=guide.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    folder = tmp_path / "elsewhere"
    shutil.unpack_archive(guide.root / "offline" / "guide.zip", folder)
    unpacked = folder / "guide"
    assert "script-src 'self' 'sha256-" in (unpacked / "index.html").read_text(encoding="utf-8")
    with visit(chromium, unpacked.as_uri() + "/") as visitor:
        visitor.go("differences.html")
        expect(visitor.page.locator("div.mermaid")).to_have_count(1)
        visitor.page.locator(".md-select").hover()
        visitor.page.locator('.md-select__link[hreflang="en"]').click()
        expect(visitor.page).to_have_url(f"{visitor.home}en/differences.html")
        assert found(visitor.page, "GIL") > 0
        visitor.go("index.html")
        visitor.page.locator(".md-select").hover()
        visitor.page.locator('.md-select__link[hreflang="en"]').click()
        expect(visitor.page).to_have_url(f"{visitor.home}en/index.html")


@both_languages
def test_home_answers_on_the_first_screen(chromium: Browser, home: str, language: str) -> None:
    """On a desk the whole decision, on a phone its first answer, without scrolling; each gain is that of its claim."""
    with visit(chromium, home) as visitor:
        visitor.go(LANGUAGES[language])
        box = visitor.page.locator("figure.decision").bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= DESK["height"]
        leaves = visitor.page.locator(".decision li[data-claim]")
        assert leaves.count() >= 4
        for leaf in leaves.all():
            claim = leaf.get_attribute("data-claim")
            row = visitor.page.locator(f"table.answers tr[data-claim={claim}]")
            ratio = row.locator(".ratio")
            if ratio.count():
                expect(leaf.locator("strong")).to_have_text(ratio.inner_text())
            assert leaf.get_attribute("data-verdict") == row.get_attribute("data-verdict")
    with visit(chromium, home, viewport=PHONE) as visitor:
        visitor.go(LANGUAGES[language])
        expect(visitor.page.locator(".decision__model").first).to_be_in_viewport()


@both_languages
def test_a_claim_has_a_link_of_its_own(chromium: Browser, home: str, language: str) -> None:
    """Which leads to it."""
    with visit(chromium, home) as visitor:
        visitor.go(f"{LANGUAGES[language]}cpu-bound/")
        claim = visitor.page.locator("section.evidence li[data-claim]").first
        claim.hover()
        claim.locator("a.headerlink").click()
        expect(visitor.page).to_have_url(f"{home}{LANGUAGES[language]}cpu-bound/#{claim.get_attribute('id')}")
        expect(claim).to_be_in_viewport()
