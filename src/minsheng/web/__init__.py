"""The faces that people see in a browser, by audience: forms, views, templates and nothing else.

Belongs here: reading a request, one call into the core, an answer. Does not belong: rules, writes, who may see which row (the database
knows).
"""
