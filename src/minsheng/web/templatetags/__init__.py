"""What templates may say: the library `office` and the functions it is made of.

Belongs here: words, figures, marks, components and charts as tags and filters. Does not belong: queries, rules, anything that knows a page.
"""
