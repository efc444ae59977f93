"""The lab: runs the programs of an experiment, compares them, judges the claims, and remembers."""
