"""Measures: what a page costs beside a bare view of the same size, in the same run. ``make bench`` runs them."""
