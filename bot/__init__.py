"""Borgerkontakt: plain Python; `actions/` is what Rasa calls, `bot/web` what the internet reaches."""
