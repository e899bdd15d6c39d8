"""Meetings: convened, held, their minutes and what they decide."""
