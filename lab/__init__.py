"""The lab: runs the programs of an experiment, compares them, judges the claims, and remembers."""

import sys

# Process groups, file locks and the clocks of whole process trees are asked for in POSIX's way.
if sys.platform == "win32":
    sys.exit(
        "error: the lab measures on Linux and on macOS: on Windows, use WSL (`wsl --install`) and build the guide in it"
    )
