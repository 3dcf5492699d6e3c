"""What a conversation comes to, for the human who takes over: every field traced to where it was said."""
