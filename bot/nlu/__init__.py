"""Our Rasa pipeline components for Danish."""
