"""What a finished page may do in a reader's browser, and what its content may not hold.

Nothing here knows of MkDocs: HTML goes in, HTML or sentences come out. The sources are the standards,
https://www.w3.org/TR/CSP3/ and https://html.spec.whatwg.org/, and what Chromium reports.
"""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from html.parser import HTMLParser

# What no content needs: each could run, load or send something, or change what the page's links and styles mean.
_FORBIDDEN = frozenset({"base", "embed", "form", "frame", "iframe", "link", "meta", "object", "script", "style"})
_JAVASCRIPT_TYPES = frozenset({"", "module", "text/javascript", "application/javascript"})  # others are data: never run
_CHARSET = re.compile(r'<meta charset="[^"]*" ?/?>')
# Every control character but tab and line ends, and every character that Unicode gives the property Bidi_Control.
_UNSEEN = dict.fromkeys(
    [
        *(code for code in range(0xA0) if unicodedata.category(chr(code)) == "Cc" and chr(code) not in "\t\n\r"),
        *(0x061C, 0x200E, 0x200F),
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
    ],
    "\N{REPLACEMENT CHARACTER}",
)


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
            address = "".join(c for c in value or "" if c > " ").lower()
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
    return _Reader(content).active


def visible(text: str) -> str:
    """Text with U+FFFD for each character that would change what is shown without being seen itself.

    These are the control characters, with which a terminal is steered, and those that turn the direction of writing.
    """
    return text.translate(_UNSEEN)


def policy(html: str, *, served: bool = False) -> str:
    """The Content-Security-Policy for a page, or for several pages one after the other.

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

    It says for the whole site what each page says for itself, and what a `<meta>` cannot say. Both hold, so that the
    hashes of other pages' scripts allow a page nothing.
    """
    return (
        "/*\n"
        f"  Content-Security-Policy: {policy(''.join(pages))}; frame-ancestors 'none'\n"
        "  Referrer-Policy: no-referrer\n"
        "  X-Content-Type-Options: nosniff\n"
    )
