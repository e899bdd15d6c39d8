"""Answering, whoever answers: one form, kept as one goes, sent once."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core import clock
from core.errors import DomainError, EditConflict, InvalidInput
from core.formats import format_datetime
from core.views.editing import VersionedUpdateView
from evaluation.questionnaires import services
from evaluation.questionnaires.contenu import definition_of, lignes_for, questions_for
from evaluation.questionnaires.forms import TEXTE, VALEUR, ReponseForm
from evaluation.questionnaires.models import Repondant
from evaluation.questionnaires.registry import AVANT


class RepondreMixin(VersionedUpdateView):
    """``self.object`` is the :class:`Repondant`. « Enregistrer » and the page itself keep a draft; « Envoyer » sends.

    ``get_save_url`` is where the page keeps what is typed as one goes (this very page).
    """

    form_class = ReponseForm
    template_name = "evaluation/questionnaires/repondre.html"
    error_field = None
    voie = ""

    @property
    def sending(self) -> bool:
        return "envoyer" in self.request.POST

    def get_form_kwargs(self) -> dict[str, Any]:
        row: Repondant = self.object
        prevu = definition_of(row.questionnaire).repondant(row.sorte)
        return {
            **super().get_form_kwargs(),
            "parties": questions_for(row.questionnaire, row.sorte),
            "valeurs": services.valeurs_of(row),
            "nom_au_choix": bool(prevu and prevu.nom_au_choix),
            "who": row,
            "avant": {code: known for told in AVANT for code, known in told(row).items()},
        }

    def save(self, form: ReponseForm, expected_version: int) -> Repondant:
        return services.answer(
            self.object,
            form.valeurs(),
            self.actor,
            self.sending,
            version=expected_version,
            voie=self.get_voie(form),
            details=form.details(),
        )

    def get_voie(self, form: ReponseForm) -> str:
        return self.voie

    def call_service(self, form: ReponseForm) -> None:
        try:
            super().call_service(form)
        except EditConflict as error:
            # What the other one wrote is shown beside one's own.
            there = getattr(error.current, "reponses_now", {})
            for ligne in form.lignes:
                valeur, texte = there.get(ligne.code, ("", ""))
                setattr(error.current, VALEUR + ligne.code, valeur)
                setattr(error.current, TEXTE + ligne.code, texte)
            error.current.questionnaire = self.object.questionnaire
            raise

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.headers.get("HX-Request"):
            return self.keep_on_the_way()
        try:
            return super().post(request, *args, **kwargs)
        except services.QuestionnaireChange as error:
            form = self.form_class(**self.get_form_kwargs())
            form.is_valid()
            return self.show(form, status=error.status, changed=error, vanished=self.told(error))

    def told(self, error: services.QuestionnaireChange) -> list[str]:
        """What was typed for questions that are not there any more, to be read again and copied."""
        return [texte or valeur for valeur, texte in error.vanished.values()]

    def keep_on_the_way(self) -> HttpResponse:
        """Keep a draft while one types; the page is told, and goes on with the new version."""
        form = self.form_class(**self.get_form_kwargs())
        if not form.is_valid():
            return self.state("Ce n’est pas enregistré : une réponse est à corriger.", ok=False, status=422)
        try:
            self.call_service(form)
        except InvalidInput as error:
            return self.state(error.sentence, ok=False, status=error.status)
        except DomainError as error:
            return self.state(f"{error.title}. Envoyez la page pour voir où en est la réponse.", ok=False, status=409)
        return self.state(f"Enregistré le {format_datetime(clock.now())}, pas encore envoyé.", ok=True)

    def state(self, text: str, *, ok: bool, status: int = 200) -> HttpResponse:
        context = {"text": text, "ok": ok, "version": self.object.version}
        return render(self.request, "evaluation/questionnaires/enregistre.html", context, status=status)

    def get_context(self, **context: Any) -> dict[str, Any]:
        row: Repondant = self.object
        return super().get_context(
            **{
                "questionnaire": row.questionnaire,
                "repondant": row,
                "left": len(set(lignes_for(row.questionnaire, row.sorte)) - set(services.valeurs_of(row))),
                "autosave": not row.has_answered,
                **context,
            }
        )
