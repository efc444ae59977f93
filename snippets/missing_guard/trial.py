"""Run a script in an interpreter of its own, and tell what became of it."""

import subprocess
import sys
import tempfile
from pathlib import Path


def outcomes(script: str) -> dict[str, str]:
    """Whether its processes did their work, what error it printed and how it ended."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "script.py")  # a file: what a started process imports anew
        path.write_text(script, encoding="utf-8")
        ended = subprocess.run([sys.executable, path], capture_output=True, text=True, timeout=30, check=False)
    return {
        "work": "done" if ended.stdout == "exit codes 0 0\n" else "not-done",
        "error": "runtime-error" if "RuntimeError" in ended.stderr else "none",
        "status": "success" if ended.returncode == 0 else "failure",
    }
