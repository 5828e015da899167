"""Indicators and models: what is measured, in which window, and how many points it gives.

Belongs here: the closed grammar (`grammar`), loading and checking of models (`loading`, `checks`), the shipped models as data
(`models/*.yaml`), and the expressions that turn department rows into values (`values`). Does not belong: anything about
households, levels or warnings (`engine.scoring`), and any way to run code or SQL that a model's author writes.
"""
