"""Buttons of a lifecycle, received.

How to use, on the page that draws ``partials/cycle_actions.html`` or at an address of its own::

    class Cycle(ActionMixin, Detail):
        def perform(self, action, **shown):         # the service: it says who may and what is missing
            return services.perform_action(self.cahier, action, actor=self.actor, **shown)

        def refused(self, error, reason):           # the same page, which says why; nothing typed is lost
            return self.show(status=error.status, refused=error, reason=reason)

        def get_action_url(self, action, obj):
            return reverse("consultations:cahier", args=[obj.ingenierie_id])

The sentence shown afterwards is ``said`` of the action in the lifecycle.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from core.errors import ConditionsNotMet, DomainError, InvalidInput
from core.forms import OUT_OF_DATE, ActionForm, VersionForm


def posted_version(request: HttpRequest) -> int:
    """The version a plain button was drawn from. Raises ``InvalidInput`` when it is not there."""
    form = VersionForm(request.POST)
    if not form.is_valid():
        raise InvalidInput(OUT_OF_DATE)
    return form.cleaned_data["version"]


class ActionMixin:
    """Put before a class-based view: its POST does one action of a lifecycle."""

    def perform(self, action: str, **shown: Any) -> Any:
        """Call the service with ``expected_state``, ``version`` and ``reason``; return the fresh object."""
        raise TypeError(f"{type(self).__name__}.perform manque.")

    def refused(self, error: DomainError, reason: str) -> HttpResponse:
        """The page again, with what is missing or wrong (``error.status``) and the ``reason`` typed."""
        raise TypeError(f"{type(self).__name__}.refused manque.")

    def get_action_url(self, action: str, obj: Any) -> str:
        """Where one goes once it is done."""
        raise TypeError(f"{type(self).__name__}.get_action_url manque.")

    def get_action_message(self, action: str, obj: Any) -> str:
        return obj.lifecycle.get(action).said.format(obj)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = ActionForm(request.POST)
        if not form.is_valid():
            raise InvalidInput(OUT_OF_DATE)
        shown = dict(form.cleaned_data)
        action = shown.pop("action")
        try:
            obj = self.perform(action, **shown)
        except (ConditionsNotMet, InvalidInput) as error:
            return self.refused(error, shown["reason"])
        messages.success(request, self.get_action_message(action, obj))
        return redirect(self.get_action_url(action, obj))
