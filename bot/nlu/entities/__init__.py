"""Rasa components that find entities: times, numbers, known words, names. Thin; the reading is plain Python."""
