"""The audit trail and its page, as people have them."""
