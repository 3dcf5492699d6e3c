"""The contact centre's side: the queue, one handoff and all that staff do with it, what was, and how it went."""
