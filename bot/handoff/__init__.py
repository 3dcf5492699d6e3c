"""When a human takes over, what that human is told, and the queue they take conversations from."""
