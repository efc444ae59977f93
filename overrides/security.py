"""What a finished page may do in a reader's browser, and what its content may not hold.

Nothing here knows of MkDocs: HTML goes in, HTML or sentences come out. The sources are the standards,
https://www.w3.org/TR/CSP3/ and https://html.spec.whatwg.org/, and what Chromium reports.
"""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

# What no content needs: each could run, load or send something, or change what the page's links and styles mean.
_FORBIDDEN = frozenset({"base", "embed", "form", "frame", "iframe", "link", "meta", "object", "script", "style"})
# Where nothing of this kind is written, nothing is active: names of tags and attributes cannot be written in any other
# way, an attribute without a value does nothing, and an address of this scheme begins, behind blanks, with its first
# letter or a reference to a character.
_SUSPICIOUS = [
    *(re.compile(f"<{tag}") for tag in sorted(_FORBIDDEN)),
    *map(re.compile, (r"[\s\"'/]on[^\s=]*\s*=", r"style\s*=", r"srcdoc\s*=", r"=\s*[\"']?[\0-\x20]*[j&]")),
]
_JAVASCRIPT_TYPES = frozenset({"", "module", "text/javascript", "application/javascript"})  # others are data: never run
_CHARSET = re.compile(r'<meta charset="[^"]*" ?/?>')
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">')
_BLANKS = dict.fromkeys(range(ord(" ") + 1))  # with the control characters
# Every control character but tab and line ends, and every character that Unicode gives the property Bidi_Control.
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class _Reader(HTMLParser):
    """Collects the inline scripts of a page, and whatever else in it is active."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.scripts: list[str] = []
        self.active: list[str] = []
        self.diagram = False
        self._inline = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _FORBIDDEN:
            self.active.append(f"<{tag}>")
        for name, value in attrs:
            # A browser skips control characters and blanks in front of a scheme and within it.
            address = (value or "").translate(_BLANKS).lower()
            if name.startswith("on") or name in {"style", "srcdoc"} or address.startswith("javascript:"):
                self.active.append(f"{name}= in <{tag}>")
        attributes = dict(attrs)
        self.diagram |= "mermaid" in (attributes.get("class") or "").split()
        if tag == "script" and "src" not in attributes:
            kind = (attributes.get("type") or "").strip().lower()
            self._inline = kind in _JAVASCRIPT_TYPES
            if self._inline:
                self.scripts.append("")

    def handle_data(self, data: str) -> None:
        if self._inline:
            self.scripts[-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._inline = False


def active(content: str) -> list[str]:
    """What in the content of a page is no content, each as "<script>" or "onclick= in <p>"; none in a good page."""
    written = content.lower()
    suspicious = any(kind.search(written) for kind in _SUSPICIOUS)
    return _Reader(content).active if suspicious else []  # to take a page apart takes long


def visible(text: str) -> str:
    """Text with U+FFFD for each character that would change what is shown without being seen itself.

    These are the control characters, with which a terminal is steered, and those that turn the direction of writing.
    """
    return _UNSEEN.sub("\N{REPLACEMENT CHARACTER}", text)


def policy(html: str, *, served: bool = False) -> str:
    """The Content-Security-Policy for a page.

    A script that is inline runs by its hash alone: `'sha256-'` and base64 of its text in UTF-8. Two exceptions remain:

    - Inline styles, on a page with a diagram. Mermaid puts a `<style>` element and `style` attributes into the picture,
      one with a width that it measured in the reader's font, so that its hash cannot be known at build. (All other
      styles that Material changes it sets by script, property by property, which no policy forbids.)
    - Inline scripts, under `mkdocs serve`: its live reload is one that holds the time and a number, new each time.

    The `data:` images are the icons in Material's style sheet. For a page that is opened from a disk, 'self' is any
    file: the standard leaves that open, and Chromium and Firefox do it.

    Args:
        html: finished HTML, before or after the policy was put in.
        served: for `mkdocs serve`.

    Returns:
        The directives; nowhere another host. They go into a `<meta>`, so none that is for headers alone.

    """
    found = _Reader(html)
    hashes = dict.fromkeys(_hash(script) for script in found.scripts)
    directives = {
        "default-src": "'self'",  # the search's worker and index; the next page, which Firefox fetches ahead
        "script-src": " ".join(["'self'", *(["'unsafe-inline'"] if served else hashes)]),
        "style-src": "'self' 'unsafe-inline'" if found.diagram else "'self'",
        "img-src": "'self' data:",
        "frame-src": "'none'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in directives.items())


def _hash(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def with_policy(html: str, *, served: bool = False) -> str:
    """A finished page with its policy, in front of all that the policy is about.

    It stands behind the charset, which a browser looks for in the first 1024 bytes only. Raises ValueError if the page
    declares none.
    """
    charset = _CHARSET.search(html)
    if charset is None:
        raise ValueError("the page has no <meta charset>, behind which its policy would stand")
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy(html, served=served)}">'
    return html[: charset.end()] + meta + html[charset.end() :]


def headers(pages: list[str]) -> str:
    """A `_headers` file, as some static hosts read it from the top of a site, for these finished pages.

    It allows the whole site what the policy of any page allows that page, and says what a `<meta>` cannot say. Both
    hold, so that the hashes of other pages' scripts allow a page nothing. Raises ValueError if a page has no policy.
    """
    allowed: dict[str, dict[str, None]] = {}
    for html in pages:
        found = _POLICY.search(html)
        if found is None:
            raise ValueError("a page has no policy, so that the site's headers would forbid what is in it")
        for directive in found[1].split("; "):
            name, *sources = directive.split()
            allowed.setdefault(name, {}).update(dict.fromkeys(sources))
    joined = "; ".join(" ".join([name, *sources]) for name, sources in allowed.items())
    return (
        "/*\n"
        f"  Content-Security-Policy: {joined}; frame-ancestors 'none'\n"
        "  Referrer-Policy: no-referrer\n"
        "  X-Content-Type-Options: nosniff\n"
    )
