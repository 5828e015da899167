"""Receiving what departments send: bytes in, typed rows, refused rows and a balanced count out.

Belongs here: unpacking, decoding, finding the header, cleaning and checking columns, duplicates, recognising a delivery, and
writing refused rows back for the department to mend. Does not belong: storing, deciding what is held, who a row is about
(`engine.linkage`), Django, the clock.
"""
