"""The citizen's side: the conversation, its log, and the way to Rasa and back."""
