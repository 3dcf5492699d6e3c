"""Borgerkontakt: plain Python for a municipal assistant; `actions/` is what Rasa calls, `bot/web` what the internet reaches."""
