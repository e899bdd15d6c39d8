"""What the pilot does of a call that runs: its deadline, its version, its mode, what is said to all."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404

from consultations.appel import presenters
from consultations.appel.enums import EtatAppel
from consultations.appel.forms import CeQueSaitForm, DateForm, MotifForm, PrecisionForm, RencontreForm, ReponseForm
from consultations.appel.models import Appel, Question, Rencontre
from consultations.appel.services import cycle, preparation, questions, simplifiee
from consultations.appel.views.equipe import AppelEdit
from projects.dossier.views.editing import IngenierieCreate, IngenierieEdit


class _OfAppel(AppelEdit, IngenierieCreate):
    """A page whose form acts on the call itself."""

    submit_label = "Enregistrer"

    def get_object(self) -> Appel:
        return self.appel


class Prolonger(_OfAppel):
    """Move the deadline, for all."""

    page_title = "Prolonger l’appel"
    submit_label = "Prolonger pour tous"
    success_message = "La date limite est reportée ; chaque prestataire invité en reçoit le motif."
    form_class = DateForm
    state = EtatAppel.OUVERT

    def refusal(self, obj: Appel) -> str:
        refusal = super().refusal(obj)
        if refusal or obj.state == self.state:
            return refusal
        return f"Cela ne se fait pas maintenant : l’appel est {obj.get_state_display()}."

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "appel": self.appel}

    def save(self, form: DateForm) -> Appel:
        data = form.cleaned_data
        return cycle.extend(self.appel, data["date_limite"], data["reason"], actor=self.actor)


class Rouvrir(Prolonger):
    """Open again a call without a follow-up."""

    state = EtatAppel.SANS_SUITE
    page_title = "Rouvrir l’appel"
    submit_label = "Rouvrir pour tous"
    success_message = "L’appel est rouvert ; chaque prestataire invité en est prévenu."

    def save(self, form: DateForm) -> Appel:
        data = form.cleaned_data
        return cycle.reopen(self.appel, data["date_limite"], reason=data["reason"], actor=self.actor)


class Remettre(_OfAppel):
    """Give the rectified version to all; it may move the deadline."""

    page_title = "Remettre à tous la version rectifiée"
    submit_label = "Remettre à tous"
    success_message = "La version rectifiée est remise à tous les prestataires invités ; un courrier le leur dit."
    form_class = DateForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "appel": self.appel, "needs_date": False, "reason": False}

    def get_initial(self) -> dict[str, Any]:
        version = cycle.rectified_version(self.appel)
        later = version is not None and version.date_limite > self.appel.date_limite
        return {"date_limite": version.date_limite} if later else {}

    def save(self, form: DateForm) -> Appel:
        return cycle.remettre(self.appel, date_limite=form.cleaned_data["date_limite"], actor=self.actor)

    def get_context(self, **context: Any) -> dict[str, Any]:
        version = cycle.rectified_version(self.appel)
        told = f"Version {version.numero} : {version.motif} " if version is not None else ""
        told += "Laissez la date vide pour ne pas changer la date limite."
        return super().get_context(**{**context, "help_text": told})


class RetourComplet(_OfAppel):
    """Back to the complete mode."""

    page_title = "Revenir au mode complet"
    submit_label = "Revenir au mode complet"
    success_message = (
        "L’appel est revenu au mode complet, en préparation : les prestataires en sont prévenus. Vérifiez la date "
        "limite et le cahier des charges, puis rouvrez-le."
    )
    form_class = MotifForm

    def refusal(self, obj: Appel) -> str:
        refusal = super().refusal(obj)
        if not refusal and not (obj.is_simplifie and obj.state == EtatAppel.OUVERT):
            refusal = "Seul un appel simplifié, ouvert, revient au mode complet."
        return refusal

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "help_text": "Inscrit au journal, non envoyé aux prestataires."}

    def save(self, form: MotifForm) -> Appel:
        return simplifiee.back_to_complete(self.appel, reason=form.cleaned_data["reason"], actor=self.actor)


class CeQueSait(AppelEdit, IngenierieEdit):
    """What a prestataire associated earlier learnt, told to all."""

    page_title = "Ce qu’un prestataire associé plus tôt a appris"
    anchor = "ce-que-sait"
    form_class = CeQueSaitForm

    def get_object(self) -> Appel:
        return self.appel

    def get_proposals(self) -> dict[str, Any]:
        return {"ce_que_sait": presenters.learnt(self.ingenierie)}

    def save(self, form: CeQueSaitForm, expected_version: int) -> Appel:
        text = form.cleaned_data["ce_que_sait"]
        return preparation.tell_known(self.appel, text, actor=self.actor, expected_version=expected_version)


class Repondre(AppelEdit, IngenierieEdit):
    """Answer a question, to all."""

    template_name = "consultations/appel/repondre.html"
    page_title = "Répondre à une question"
    submit_label = "Publier à tous"
    anchor = "questions"
    success_message = "La réponse est publiée ; chaque prestataire invité en est prévenu."
    form_class = ReponseForm

    def get_object(self) -> Question:
        found = get_object_or_404(Question, pk=self.kwargs["question_pk"], appel=self.appel, invitation__isnull=False)
        found.appel = self.appel
        return found

    def save(self, form: ReponseForm, expected_version: int) -> Question:
        return questions.answer(
            self.object, form.cleaned_data["reponse"], actor=self.actor, expected_version=expected_version
        )

    def get_context(self, **context: Any) -> dict[str, Any]:
        return super().get_context(question=self.object, **context)


class Preciser(_OfAppel):
    """Tell all the candidates something."""

    page_title = "Publier une précision"
    submit_label = "Publier à tous"
    anchor = "questions"
    success_message = "La précision est publiée ; chaque prestataire invité en est prévenu."
    form_class = PrecisionForm

    def save(self, form: PrecisionForm) -> Question:
        return questions.tell_all(self.appel, form.cleaned_data["texte"], actor=self.actor)


class RencontreEdit(AppelEdit, IngenierieEdit):
    """The meeting of the candidates with the structures."""

    page_title = "Rencontre des candidats avec les structures"
    anchor = "rencontre"
    success_message = "C’est enregistré ; les prestataires invités en sont prévenus si quelque chose change pour eux."
    form_class = RencontreForm

    def get_object(self) -> Rencontre:
        found = Rencontre.objects.filter(appel=self.appel).first() or Rencontre(appel=self.appel, version=0)
        found.appel = self.appel
        return found

    def save(self, form: RencontreForm, expected_version: int) -> Rencontre:
        return questions.save_rencontre(self.appel, form.values(), actor=self.actor, expected_version=expected_version)
