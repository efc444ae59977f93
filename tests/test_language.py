"""The two languages as their readers write them: the words of Taiwan, the spaces of both scripts, English spelling."""

from __future__ import annotations

import re
import subprocess
import sys
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

import autocorrect_py
import opencc
import pytest

from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

CHINESE = sorted([*ROOT.glob("docs/zh-TW/*.md"), *ROOT.glob("overrides/words/zh-TW*.toml")])
CHINESE += sorted(ROOT.glob("overrides/words/zh-TW/*.toml"))
ENGLISH = ["docs/en", "overrides/words/en.toml", "overrides/words/en", "README.md", "SECURITY.md", "lab", "snippets"]
# Words that OpenCC takes for the mainland's, and that are meant: with the reason.
MEANT = {
    "進程": "the project's word; 行程 is named in the glossary",
    "程序": "named in the glossary as an alternative",
    "事件循環": "named in the glossary as an alternative",
    "全域解釋器鎖": "named in the glossary as an alternative",
    "結束代碼": "an exit code; OpenCC sees a 代碼 of its own",
    "說明文件": "documentation, and not a file",
    "腳本": "said in Taiwan too",
    "拋出": "said in Taiwan too, of exceptions",
    "複製": "OpenCC mistakes 复 for 復",
    "迴圈千次": "OpenCC mistakes 回 for 迴",
    "只能": "OpenCC mistakes 只 for 隻",
}
_TO_SIMPLIFIED, _TO_TAIWAN = opencc.OpenCC("tw2s"), opencc.OpenCC("s2twp")


def foreign_words(text: str) -> list[str]:
    """Words for which Taiwan has another, each as "線程 (執行緒)"; how a single character is written is left alone."""
    for word in MEANT:
        text = text.replace(word, "\N{IDEOGRAPHIC SPACE}")
    local = _TO_TAIWAN.convert(_TO_SIMPLIFIED.convert(text))
    found = []
    for kind, a, b, x, y in SequenceMatcher(None, text, local, autojunk=False).get_opcodes():
        if kind != "equal" and max(b - a, y - x) > 1:
            found.append(f"{text[a:b]} ({local[x:y]})")
    return found


@pytest.mark.parametrize("file", CHINESE, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_the_chinese_is_of_taiwan_and_well_spaced(file: Path) -> None:
    """Line by line: no word of the mainland, and a space between Chinese and Latin."""
    text = file.read_text(encoding="utf-8")
    lines = re.sub(r"(?s)^```.*?^```$", "", text, flags=re.MULTILINE).splitlines()
    assert {line: found for line in lines if (found := foreign_words(line))} == {}
    as_page = "\n".join(re.sub(r'^[\w-]+ = "(.*)"$', r"\1", line) for line in lines)
    better = autocorrect_py.format_for(as_page, "md")
    assert [pair for pair in zip(as_page.splitlines(), better.splitlines(), strict=True) if pair[0] != pair[1]] == []


@pytest.mark.parametrize("text", ["開一個線程", "軟件與內存", "這個視頻", "默認值"])
def test_a_word_of_the_mainland_is_found(text: str) -> None:
    """The check can fail."""
    assert foreign_words(text)


def test_a_missing_space_is_found() -> None:
    """And so can the other."""
    assert autocorrect_py.format_for("用Python寫", "md") == "用 Python 寫"


def test_what_is_meant_is_still_said() -> None:
    """An exception that nobody needs any more is removed."""
    said = "".join(file.read_text(encoding="utf-8") for file in CHINESE)
    assert [word for word in MEANT if word not in said] == []


def test_the_english_is_spelled() -> None:
    """Prose and docstrings."""
    done = subprocess.run(
        [sys.executable, "-m", "codespell_lib", *ENGLISH], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")
