"""Meetings: which times are free, who has booked them, and what a citizen gets to put into a calendar."""
