"""Objectives and expected results."""
