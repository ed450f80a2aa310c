"""Scores of extraction against gold files: `events` and `links`."""
