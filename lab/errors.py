"""What the lab says when it cannot go on."""


class LabError(Exception):
    """One clear sentence: what is wrong, where, and what to do about it."""

    def __init__(self, sentence: str) -> None:
        """What it quotes may come from anywhere, so nothing in it can steer a terminal or turn a line of text round."""
        super().__init__("".join(c if c.isprintable() else " " for c in sentence))
