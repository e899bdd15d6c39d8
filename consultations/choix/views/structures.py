"""What the structures say of the retained project: asked and typed by the team, answered by their personal link."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from accounts.views.links import LinkView
from consultations.choix import avis, projet
from consultations.choix.forms import AvisForm, ReponseProjetForm, SolliciterForm
from consultations.choix.models import AvisProjet, ChoixPrestataire
from consultations.choix.views.projet import TeamMixin
from core.errors import InvalidInput, StaleState
from projects.dossier.views.editing import IngenierieCreate


class _AskingStructures(TeamMixin, IngenierieCreate):
    def get_object(self) -> ChoixPrestataire:
        return self.choix

    def refusal(self, obj: ChoixPrestataire) -> str:
        return projet.why_not_ask(obj, self.actor)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "ingenierie": self.ingenierie}

    def get_success_url(self) -> str:
        return self.address() + "#t-avis"


class Solliciter(_AskingStructures):
    """Ask a structure, by link, to validate the project."""

    form_class = SolliciterForm
    page_title = "Demander à une structure de valider le projet"
    submit_label = "Envoyer le lien"
    success_message = "Le lien est parti."

    def save(self, form: SolliciterForm) -> AvisProjet:
        data = form.cleaned_data
        return avis.ask_structure(self.choix, data["structure"], nom=data["nom"], email=data["email"], actor=self.actor)


class AvisSaisir(_AskingStructures):
    """Type what the structures said."""

    form_class = AvisForm
    page_title = "Saisir ce que disent les structures du projet"
    submit_label = "Enregistrer"
    success_message = "L’avis est enregistré."
    help_text = "Avec sa date réelle : il porte sur la dernière version du projet."

    def save(self, form: AvisForm) -> AvisProjet:
        data = dict(form.cleaned_data)
        structure = data.pop("structure")
        return avis.record_avis(self.choix, structure, data, actor=self.actor)


class Lecture(LinkView):
    """The project section by section, a comment under each, then « projet validé » or what to work on again."""

    object: AvisProjet

    def show(self, form: ReponseProjetForm, *, status: int = 200) -> HttpResponse:
        choix = self.object.choix
        last = projet.derniere(choix)
        rows = [
            {"partie": p, "champ": form[f"rubrique_{p.code}"]}
            for p in projet.parties_de(last, several=projet.collective(choix))
        ]
        context = {
            "form": form,
            "choix": choix,
            "version": last,
            "rows": rows,
            "structure": str(self.object.structure_ciblee),
        }
        return self.page("consultations/choix/projet_lien.html", context, status=status)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        choix = self.object.choix
        last = projet.derniere(choix)
        initial = {"numero": last.numero if last else 0}
        return self.show(ReponseProjetForm(initial=initial, rubriques=projet.rubriques(choix)))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        choix = self.object.choix
        form = ReponseProjetForm(request.POST, rubriques=projet.rubriques(choix))
        if not form.is_valid():
            return self.show(form, status=422)
        data = form.cleaned_data
        try:
            avis.answer(
                self.object,
                data["sens"],
                numero=data["numero"],
                commentaires=form.comments(),
                commentaire=data["commentaire"],
                actor=self.actor,
            )
        except InvalidInput as error:
            form.add_error(None, error.sentence)
            return self.show(form, status=422)
        except StaleState as error:
            fresh = {**request.POST.dict(), "numero": str(projet.derniere(choix).numero)}
            again = ReponseProjetForm(fresh, rubriques=projet.rubriques(choix))
            again.is_valid()
            again.add_error(None, error.message)
            return self.show(again, status=409)
        messages.success(request, "Merci, votre réponse est enregistrée.")
        return self.back()
