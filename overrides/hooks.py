"""Everything that is done to MkDocs' own run, in the order of its events. Nothing here measures.

Four promises are kept here:
- a page that breaks the grammar, or differs from its translation, is an error before anything is measured;
- a site is whole or absent: `mkdocs build` writes beside it, and moves it into place at the very end;
- a build whose experiments are broken, or whose claims are refuted, ends with a non-zero exit;
- a page runs the theme's scripts and asks its own host only: its content holds nothing active, or is an error.
Under `mkdocs serve` the same sentences are shown, and the server goes on.
"""

from __future__ import annotations

import errno
import inspect
import logging
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click
import jieba  # type: ignore[import-untyped]
from jinja2 import BytecodeCache
from mkdocs.exceptions import Abort
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File
from mkdocs.utils import CountHandler

# The console script `mkdocs` does not look here for modules. MkDocs undoes this line when it has loaded the
# hooks; by then the two packages are loaded too, and what they import later is found by their own paths.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import lab.page
from overrides import output, pages, security

if TYPE_CHECKING:
    from jinja2 import Environment
    from jinja2.bccache import Bucket
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.nav import Navigation
    from mkdocs.structure.pages import Page
    from mkdocs.utils.templates import TemplateContext

ROOT = Path(__file__).resolve().parent.parent
log = logging.getLogger("mkdocs.guide")  # strict counts the warnings of loggers under "mkdocs" alone

_PREFORMATTED = re.compile(r"(<pre.*?</pre>)", re.DOTALL)
# After a full-width sign, or between two Han characters.
_CHINESE_LINE_END = re.compile(
    r"([\u3000-\u303f\uff00-\uffef](?:</(?:a|code|em|strong)>)*|[\u3400-\u9fff](?=\n[\u3400-\u9fff]))\n"
)
# By the system, which is no mistake of ours.
REFUSED = {errno.EACCES, errno.EDQUOT, errno.ENOSPC, errno.EPERM, errno.EROFS}
PERMALINK_TITLE = {"zh-TW": "本節的連結", "en": "Link to this section"}


@dataclass
class Build:
    """One run of MkDocs. Under `serve` it lasts for many builds.

    Attributes:
        serving: a server, which outlives every error, and builds into a folder of its own.
        depth: the i18n plugin builds the second language inside the first build's last event.
        config, site, partial: the run's configuration, its site, and the folder the site is built in.
        outlines: of every page, by language and path.
        differences: sentences on what the languages do not share, by path.
        refuted: sentences on claims that do not hold here; the site is shown all the same.
        whole: every page of both languages was written and looked at.

    """

    serving: bool = False
    depth: int = 0
    config: MkDocsConfig | None = None
    site: Path = Path()
    partial: Path = Path()
    outlines: dict[str, dict[str, pages.Outline]] = field(default_factory=dict)
    differences: dict[str, list[str]] = field(default_factory=dict)
    refuted: list[str] = field(default_factory=list)
    whole: bool = False


class Compiled(BytecodeCache):
    """Keeps compiled templates: MkDocs would compile all of them for each language and each rebuild."""

    def __init__(self) -> None:
        """Nothing is kept beyond this process."""
        self.kept: dict[str, bytes] = {}

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """Jinja's own is a hash, which fails for a folder whose name the locale cannot read."""
        return f"{name}|{filename}"

    def load_bytecode(self, bucket: Bucket) -> None:
        """Jinja compares the template's text with the one that was compiled."""
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep one template."""
        self.kept[bucket.key] = bucket.bytecode_to_string()


build = Build()
compiled = Compiled()


def on_startup(*, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
    """Learn what kind of run this is."""
    context = click.get_current_context(silent=True)
    # `mkdocs serve --clean` calls itself a build.
    build.serving = "serve" in (command, context.info_name if context else None)
    main = logging.getLogger("mkdocs")
    if main.level > logging.WARNING:  # -q: silence the warnings, but let strict count them
        for handler in main.handlers:
            handler.setLevel(main.level)
        main.setLevel(logging.WARNING)
    jieba.setLogLevel(logging.WARNING)
    jieba.load_userdict(str(ROOT / "overrides" / "search_words.txt"))


@event_priority(-150)  # after i18n, which sets the language
def on_config(config: MkDocsConfig) -> None:
    """Once a language: choose the folder to build in, and translate what Material leaves untranslated."""
    if build.serving:
        main = logging.getLogger("mkdocs")
        for handler in [h for h in main.handlers if isinstance(h, CountHandler)]:
            main.removeHandler(handler)  # strict would end the server for a warning
    elif build.config is None:
        build.site = Path(config.site_dir).resolve()
        output.wait_for_others(build.site, log.info)
        build.partial = output.partial(build.site)
        config.site_dir = str(build.partial)
        build.config = config  # from now on there is something to clean up, and it is known what
    config.mdx_configs["toc"]["permalink_title"] = PERMALINK_TITLE[str(config.theme["language"])]


def on_pre_build(*, config: MkDocsConfig) -> None:
    """Once a language: before the first, check all pages of all languages."""
    build.depth += 1
    if build.depth > 1:
        return
    lab.page.start_build()
    docs = Path(config.docs_dir)
    known = _known()
    build.outlines = {language: pages.read(docs / language, known) for language in pages.LANGUAGES}
    build.differences = pages.differences(docs.name, build.outlines)
    problems = [
        sentence
        for outlines in build.outlines.values()
        for outline in outlines.values()
        for sentence in outline.problems
    ]
    # A page that cannot be read well is not worth comparing.
    _fail(problems or [sentence for found in build.differences.values() for sentence in found])


def _known() -> pages.Known:
    """What the pages may ask of the lab, and which experiments there are."""
    return pages.Known(
        root=ROOT,
        blocks={name: bool(inspect.signature(getattr(lab.page, name)).parameters) for name in lab.page.BLOCKS},
        experiments=frozenset(file.parent.name for file in ROOT.glob("snippets/*/experiment.toml")),
    )


def on_env(env: Environment, *, config: MkDocsConfig, files: Files) -> None:
    """A third of the time of a rebuild would go into compiling templates."""
    env.bytecode_cache = compiled


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str | None:
    """Tell the lab where its next blocks will stand; under `serve`, show what is wrong with the page."""
    language, path = page.file.src_uri.split("/", 1)
    lab.page.turn_to(language, "../" * page.file.dest_uri.count("/"))
    broken = build.outlines[language][path].problems
    if broken:  # its blocks must not run
        return f"# {path} {{ #problems }}\n\n{_shown(broken)}"
    if path in build.differences:
        return f"{_shown(build.differences[path])}\n\n{markdown}"
    return None


def _shown(sentences: list[str] | tuple[str, ...]) -> str:
    return '!!! failure ""\n' + "".join(f"\n    - `` {sentence} ``" for sentence in sentences)


def on_page_content(html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Frame each diagram, for it may be wide, and let no line end become a space between Chinese words.

    Nothing in it may be active: the policy of the finished page trusts the scripts that are in it.
    """
    parts = _PREFORMATTED.split(html)
    if page.file.src_uri.startswith("zh-TW/"):
        parts[::2] = [_CHINESE_LINE_END.sub(r"\1", part) for part in parts[::2]]
    parts[1::2] = [
        f'<div class="diagram" tabindex="0">{part}</div>' if 'class="mermaid"' in part else part for part in parts[1::2]
    ]
    html = security.visible("".join(parts))
    language, path = page.file.src_uri.split("/", 1)
    _fail(
        [
            f"{build.outlines[language][path].file} or its evidence holds {what}: "
            "a page's content runs, loads and styles nothing; remove it."
            for what in dict.fromkeys(security.active(lab.page.fill(html)))
        ]
    )
    return html


def on_page_context(context: TemplateContext, *, page: Page, config: MkDocsConfig, nav: Navigation) -> None:
    """Let the language switch stay on the page, with links that also work from a disk."""
    vars(config.extra).pop("alternate", None)  # i18n's own list for this page, which would hide ours
    files: dict[str, File] = vars(page.file)["alternates"]
    config.extra["alternate"] = [
        {**alternate, "link": files[alternate["lang"]].url} for alternate in config.extra["alternate"]
    ]


@event_priority(-200)  # after mermaid2, which takes each page apart that has a diagram
def on_post_page(output: str, *, page: Page, config: MkDocsConfig) -> str:
    """Put the policy and the evidence into the finished page: in this order, for evidence has no say in the policy."""
    return security.visible(lab.page.fill(security.with_policy(output, served=build.serving)))


def on_post_template(output_content: str, *, template_name: str, config: MkDocsConfig) -> str:
    """The policy of a page that has no source, such as 404.html."""
    if not template_name.endswith(".html"):
        return output_content
    return security.with_policy(output_content, served=build.serving)


@event_priority(-200)  # after i18n, which builds the second language in this event
def on_post_build(*, config: MkDocsConfig) -> None:
    """At the end of the last language: publish records and headers, and look at the site from outside."""
    build.depth -= 1
    if build.depth:
        return
    site = Path(config.site_dir)
    lab.page.publish(site / "data")
    _fail(lab.page.problems() or output.missing(site, _expected(config)))
    build.refuted = lab.page.refuted()
    if build.serving:
        _fail(build.refuted)
    else:
        finished = [file.read_text(encoding="utf-8") for file in sorted(site.rglob("*.html"))]
        (site / "_headers").write_text(security.headers(finished), encoding="utf-8")
    build.whole = True


def _expected(config: MkDocsConfig) -> list[tuple[str, str, list[str]]]:
    """For each page: its source, the file it is written to, and the experiment of each block."""
    return [
        (
            outline.file,
            ("" if language == pages.LANGUAGES[0] else f"{language}/") + _target(path, config),
            [block.experiment for block in outline.blocks if block.experiment],
        )
        for language, outlines in build.outlines.items()
        for path, outline in outlines.items()
    ]


def _target(path: str, config: MkDocsConfig) -> str:
    return File(path, config.docs_dir, config.site_dir, config.use_directory_urls).dest_uri


def on_build_error(*, error: Exception) -> None:
    """Also after the site was looked at: strict counts the warnings later still."""
    build.depth = 0
    build.whole = False
    if isinstance(error, OSError) and error.errno in REFUSED and not build.serving:
        _fail([f"{error}: no site was written. `--site-dir FOLDER` builds it elsewhere."])


def on_shutdown() -> None:
    """However the run ends, Ctrl-C included: put the site in its place, or leave no trace of it."""
    if build.serving or build.config is None:
        return
    if not build.whole:
        output.remove(build.partial)
        ending = sys.exc_info()[1]
        if isinstance(ending, SystemExit) and not ending.code:
            raise Abort("The build was ended by a sys.exit() before the site was whole: no site was written.")
        return
    try:
        output.put_in_place(build.partial, build.site)
    except OSError as error:
        _fail([str(error), *build.refuted])
    build.config.site_dir = str(build.site)  # `mkdocs gh-deploy` reads it after this
    _fail(build.refuted)


def _fail(sentences: list[str]) -> None:
    """End a build with these sentences, if there are any; a server says them and goes on."""
    sentences = [security.visible(sentence) for sentence in sentences]
    if not sentences:
        return
    if not build.serving:
        raise Abort("\n".join(sentences))
    for sentence in sentences:
        log.error(sentence)
