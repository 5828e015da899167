"""Deliveries: the calendar of what is owed and sent, one delivery's sheet, and sending a file through the browser.

Belongs here: views, words and pictures of these pages. Does not belong: when a delivery is held, what is refused and why (feeds).
"""
