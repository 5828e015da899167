"""One-stop storage (一键入库): sharing agreements, deliveries, receipts, quarantine, identity review.

Belongs here: receiving what departments deliver, holding what looks wrong, and deciding who a delivered row is about.
Does not belong: reading file formats (engine/intake), matching people (engine/linkage), scoring.
"""
