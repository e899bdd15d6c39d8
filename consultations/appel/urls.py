"""Pages of the call: the team's, under « Mise en concurrence »."""

urlpatterns: list = []
