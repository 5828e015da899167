"""Row-level security: which tables the web may touch, which rows of them, and how that is laid into the database.

Belongs here: the declarations' form, the functions that the policies ask, and laying it all down after migrations. Each app declares
its own tables in its `row_security` module. Does not belong: what a role may do (`roles`).
"""
