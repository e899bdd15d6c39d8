"""What the pages of a proposition share, for its author: the invitation, and how far the proposition is."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views import View

from consultations.appel.models import Invitation
from consultations.propositions import completeness, contenu
from consultations.propositions.documents import titre_de
from consultations.propositions.models import Proposition
from consultations.propositions.permissions import why_not_write
from consultations.propositions.services.depots import present_pieces
from core.actor import Actor
from core.errors import NotAllowed
from core.formats import plural


class AuteurMixin:
    """Sets ``self.actor``, ``self.invitation``, ``self.appel`` and ``self.proposition`` (``None`` until it is started);
    a 404 for who does not belong to the invited prestataire."""

    request: HttpRequest

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.actor: Actor = request.actor
        self.invitation: Invitation = get_object_or_404(
            Invitation.objects.for_actor(self.actor).select_related(
                "appel__ingenierie__pilote", "appel__version_diffusee", "prestataire"
            ),
            pk=kwargs["pk"],
        )
        self.appel = self.invitation.appel
        self.proposition = Proposition.objects.filter(invitation=self.invitation).first()

    @property
    def collective(self) -> bool:
        return not self.appel.ingenierie.is_individuelle

    @property
    def brouillon(self) -> dict[str, Any]:
        return self.proposition.brouillon if self.proposition is not None else contenu.vide()

    def route(self, name: str, *args: Any) -> str:
        """The address of one of the pages of this proposition."""
        return reverse(f"propositions:{name}", args=[self.invitation.pk, *args])

    def etat(self) -> dict[str, Any]:
        """How far it is: in percent, section by section, with the place where to write what is missing."""
        draft, cahier = self.brouillon, completeness.demande(self.appel)
        pieces = len(present_pieces(self.proposition)) if self.proposition is not None else 0
        asked = {"collective": self.collective, "pieces": pieces}
        lacks = completeness.manques(draft, cahier, **asked)
        rows = []
        for section in contenu.sections(collective=self.collective):
            inside = [m for m in lacks if m.section.code == section.code]
            said = bool(draft.get(section.liste)) if section.liste else any(draft.get(c) for c in section.champs)
            said = said or (section.code == "note" and pieces > 0)
            told = plural(len(inside), "point à préciser", "points à préciser") if inside else "complète"
            rows.append(
                {
                    "code": section.code,
                    "titre": section.titre,
                    "url": self.route("section", section.code),
                    "complete": not inside and said,
                    "text": told if said else ("à écrire" if inside else "facultative"),
                    "tag": "tag-ok" if said and not inside else ("tag-warn" if inside else ""),
                }
            )
        return {
            "percent": completeness.avancement(draft, cahier, **asked),
            "sections": rows,
            "manques": [{"label": m.label, "titre": m.section.titre, "url": self._place(m)} for m in lacks],
            "alertes": completeness.alertes(draft, cahier),
        }

    def _place(self, lack: completeness.Manque) -> str:
        if lack.section.liste and lack.champ != lack.section.liste:
            return self.route("ligne", lack.section.liste, lack.champ)
        at = self.route("section", lack.section.code)
        return f"{at}#champ-{lack.champ}" if not lack.section.liste else at

    def page(self, template: str, context: dict[str, Any] | None = None, *, status: int = 200) -> HttpResponse:
        return render(self.request, template, {**self.base_context(), **(context or {})}, status=status)

    def base_context(self) -> dict[str, Any]:
        return {
            "invitation": self.invitation,
            "appel": self.appel,
            "titre": titre_de(self.appel),
            "prestataire": self.invitation.prestataire,
            "limite": self.appel.date_limite_texte,
            "closed": self.appel.is_closed,
            "sealed": self.appel.is_sealed,
            "collective": self.collective,
        }


class AuteurView(AuteurMixin, View):
    """Base of the pages of the author of a proposition."""


class WritingMixin(AuteurMixin):
    """Pages that write: a 403 in words when the draft may not be written any more."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        refusal = why_not_write(self.invitation, self.actor)
        if refusal:
            raise NotAllowed(refusal)
        return super().dispatch(request, *args, **kwargs)

    def section_or_404(self, code: str) -> contenu.Section:
        found = contenu.BY_CODE.get(code)
        if found is None or (found.collective and not self.collective):
            raise Http404
        return found

    def row_or_404(self, liste: str, cle: str) -> dict[str, str]:
        rows = self.brouillon.get(liste, []) if liste in contenu.LISTES else []
        found = next((row for row in rows if row[contenu.CLE] == cle), None)
        if found is None:
            raise Http404
        return found
