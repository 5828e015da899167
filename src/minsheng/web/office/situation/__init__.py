"""The situation: a month at a glance for a place, down to the village; and the wall view of it."""
