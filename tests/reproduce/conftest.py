"""A program of the environment of tools is no module of tests."""

collect_ignore = ["profile_check.py"]
