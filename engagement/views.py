"""What the pages of « Engager » share."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from core.views.editing import VersionedUpdateView
from projects import permissions
from projects.views.base import ensure_has, header_context, load


def present_or_new(model: type, ingenierie: Any, **fields: Any) -> Any:
    """The row of the ingénierie, or one not saved yet at version 0: reading a page writes nothing."""
    return model.objects.filter(ingenierie=ingenierie, **fields).first() or model(
        ingenierie=ingenierie, version=0, **fields
    )


class EngagementEdit(VersionedUpdateView):
    """Editing a part of the dossier, with the header of the ingénierie above.

    ``tab`` is the code of the tab, ``route`` the page one goes back to.
    """

    template_name = "projects/edit.html"
    tab = ""
    route = ""
    help_text = ""

    def get_object(self) -> Any:
        self.ingenierie = load(self.actor, self.kwargs["pk"])
        ensure_has(self.ingenierie, self.tab)
        return self.find()

    def find(self) -> Any:
        """The object edited, of this ingénierie; ``Http404`` when there is none such."""
        raise TypeError(f"{type(self).__name__}.find manque.")

    def refusal(self, obj: Any) -> str:
        refusal = permissions.why_not_contribute(self.actor, self.ingenierie)
        if refusal:
            return refusal
        return "" if self.ingenierie.is_open else "L’ingénierie est terminée : rouvrez-la pour la modifier."

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        kwargs["initial"] = {**kwargs.get("initial", {}), "version": self.object.version}
        return kwargs

    def get_context(self, **context: Any) -> dict[str, Any]:
        return super().get_context(
            **header_context(self.ingenierie, self.actor, self.tab), help_text=self.help_text, **context
        )

    def get_success_url(self) -> str:
        return reverse(self.route, args=[self.ingenierie.pk])
