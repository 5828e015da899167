"""The office in a real browser, over a small made-up district that a served installation holds."""
