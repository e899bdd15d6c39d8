"""The links of the structures to what they receive, what they say they received; the notes to partners."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from core.formats import format_date, plural
from core.views.once import sent_once
from missions.conventions.prefill import beneficiaires
from missions.mission.views.base import MissionCreate, MissionView
from missions.productions import forms, services
from missions.productions.models import NotePartenaires, Production, Reception
from missions.productions.views.base import UnderMission
from missions.productions.views.pages import SALLE
from missions.suivi.models import EtapeSuivi
from projects.structures_ciblees.models import StructureCiblee


@method_decorator(require_POST, name="dispatch")
class Liens(MissionView):
    """Send each structure its link, or send it again."""

    salle = SALLE
    anchor = "structures"

    @method_decorator(sent_once)
    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        sent, unknown = services.send_links(beneficiaires(self.ingenierie), actor=self.actor)
        if sent:
            messages.success(request, f"{plural(sent, 'lien envoyé', 'liens envoyés')}.")
        if unknown:
            names = ", ".join(unknown)
            messages.warning(request, f"Sans adresse dans l’annuaire : {names}. Envoyez le lien depuis leur page.")
        if not sent and not unknown:
            messages.info(
                request,
                "Ces liens viennent de partir : attendez dix minutes avant de les renvoyer. Un lien révoqué se renvoie "
                "depuis la page de sa structure.",
            )
        return redirect(self.get_success_url())


class Structure(UnderMission, MissionCreate):
    """One structure: its links, what it received; what it says to the team is written here."""

    salle = SALLE
    writes = False
    form_class = forms.ReceptionDiteForm
    template_name = "missions/productions/structure.html"
    submit_label = "Noter la réception"
    success_message = "La réception est notée."

    def get_object(self) -> StructureCiblee:
        rows = {row.pk: row for row in beneficiaires(self.ingenierie)}
        found = rows.get(self.kwargs["structure"])
        if found is None:
            raise Http404
        found.ingenierie = self.ingenierie
        return found

    def _waiting(self) -> list[Production]:
        known = Reception.objects.filter(structure=self.object).values("production")
        rows = Production.objects.received_by(self.object).filter(convention=self.convention)
        return list(rows.exclude(pk__in=known))

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "productions": self._waiting()}

    def get_page_title(self) -> str:
        return str(self.object.structure)

    def get_context(self, **context: Any) -> dict[str, Any]:
        rows = Reception.objects.filter(structure=self.object, production__convention=self.convention)
        received = [
            {"titre": row.production.titre, "le": format_date(row.le), "par": row.par}
            for row in rows.select_related("production")
        ]
        told = {"structure": self.object, "received": received, "waiting": bool(self._waiting())}
        return super().get_context(**{**told, **context})

    def save(self, form: forms.ReceptionDiteForm) -> int:
        chosen = [row.pk for row in form.cleaned_data["productions"]]
        return services.acknowledge(self.object, chosen, form.cleaned_data["nom"], actor=self.actor)

    def get_success_url(self) -> str:
        return f"{self.address('missions:productions')}#structures"


class Informer(MissionCreate):
    """A short note to partners."""

    salle = SALLE
    anchor = "notes"
    form_class = forms.NoteForm
    page_title = "Informer les partenaires"
    submit_label = "Envoyer la note"
    success_message = "La note part : elle est gardée ici, avec ceux qui l’ont reçue."

    def get_form_kwargs(self) -> dict[str, Any]:
        self.known, self.unknown = forms.reachable(self.convention)
        return {**super().get_form_kwargs(), "convention": self.convention, "partenaires": self.known}

    def get_initial(self) -> dict[str, Any]:
        """Proposed: the partners, permanent or ponctuels, who can be written to; the last stage that was returned."""
        known, _ = forms.reachable(self.convention)
        rows = EtapeSuivi.objects.filter(fiche__convention=self.convention).exclude(rendue_le=None)
        last = rows.order_by("-ordre").first()
        return {
            "partenaires": [row.pk for row in known if row.presence] or [row.pk for row in known],
            "etape": last,
            "titre": f"Des nouvelles : {last.intitule}"[:200] if last else "",
        }

    def get_context(self, **context: Any) -> dict[str, Any]:
        told = ""
        if self.unknown:
            told = f"Sans adresse dans l’annuaire, ils ne peuvent pas la recevoir : {', '.join(self.unknown)}."
        if not self.known:
            told = "Aucun partenaire de l’ingénierie n’a d’adresse électronique : complétez l’annuaire. " + told
        return super().get_context(**{"help_text": told, **context})

    def save(self, form: forms.NoteForm) -> NotePartenaires:
        chosen = form.many_to_many()["partenaires"]
        return services.inform_partners(self.convention, form.values(), chosen, actor=self.actor)


@method_decorator(require_POST, name="dispatch")
class Renvoyer(MissionView):
    """Send again the mails of a note that failed."""

    salle = SALLE
    anchor = "notes"

    @method_decorator(sent_once)
    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        note = get_object_or_404(NotePartenaires, convention=self.convention, pk=kwargs["note"])
        note.convention = self.convention
        again = services.resend_note(note, actor=self.actor)
        messages.success(request, f"{plural(again, 'courrier')} de nouveau en partance.")
        return redirect(self.get_success_url())
