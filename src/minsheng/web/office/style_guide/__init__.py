"""A page that shows every component in its states, in both languages, with made-up figures.

Belongs here: the page and its figures. Does not belong: components themselves, anything real.
"""
