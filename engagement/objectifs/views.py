"""Objectives shared with the partners, and the results to reach."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from core.errors import DomainError, InvalidInput
from core.formats import plural
from core.views.actions import posted_version
from core.views.editing import CreateView
from engagement.objectifs import services, summary
from engagement.objectifs.forms import ObjectifsForm, ResultatEditForm, ResultatForm
from engagement.objectifs.models import ObjectifsProjet, ResultatAttendu
from engagement.objectifs.orientations import orientation
from engagement.objectifs.services import save_objectifs, state_of
from projects.dossier.views.base import IngenierieView
from projects.dossier.views.editing import IngenierieEdit
from projects.enums import TYPE_COURT
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.services import draft_of


class _ObjectifsPage(IngenierieView):
    tab = "objectifs"

    def show(
        self, form: ResultatForm | None = None, *, status: int = 200, refused: DomainError | None = None
    ) -> HttpResponse:
        resultats = summary.resultats_of(self.ingenierie.pk)
        fixed = sum(r.fixe for r in resultats)
        told = f"{plural(fixed, 'résultat fixé', 'résultats fixés')} sur {len(resultats)}"
        objectifs = summary.objectifs_of(self.ingenierie.pk)
        types, why = orientation(o.code for o in (*objectifs.strategiques, *objectifs.operationnels))
        context: dict[str, Any] = {
            "objectifs": objectifs,
            "types_vises": " ou ".join(TYPE_COURT[code].lower() for code in types),
            "types_pourquoi": why,
            "resultats": [
                {"r": r, "url": reverse("engagement:resultat", args=[self.ingenierie.pk, r.pk])} for r in resultats
            ],
            "resultats_etat": told if resultats else "",
            "all_fixed": bool(resultats) and fixed == len(resultats),
            "some_fixed": bool(fixed),
            "form": form or ResultatForm(prefix="resultat"),
            "refused": refused,
        }
        return self.page("engagement/objectifs/objectifs.html", context, status=status)


class Objectifs(_ObjectifsPage):
    """The objectives by level, those of the evaluation, the expected results."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.show()


class Modifier(IngenierieEdit):
    """Tick the objectives of the framework, write one's own, pose those of the evaluation."""

    tab = "objectifs"
    route = "engagement:objectifs"
    form_class = ObjectifsForm
    template_name = "engagement/objectifs/modifier.html"
    page_title = "Objectifs de l’ingénierie"
    success_message = "Les objectifs sont enregistrés."

    def get_object(self) -> ObjectifsProjet:
        return draft_of(ObjectifsProjet, self.ingenierie)

    def get_initial(self) -> dict[str, Any]:
        return {"objet": self.object.objet, "raisons": self.object.raisons, **state_of(self.ingenierie)}

    def save(self, form: ObjectifsForm, expected_version: int) -> ObjectifsProjet:
        return save_objectifs(self.ingenierie, form.values(), actor=self.actor, expected_version=expected_version)


def _results_url(ingenierie: Ingenierie) -> str:
    return reverse("engagement:objectifs", args=[ingenierie.pk]) + "#resultats"


class AjouterResultat(_ObjectifsPage, CreateView):
    """Add an expected result, from the page of the objectives."""

    http_method_names = ["post"]
    form_class = ResultatForm
    success_message = "Le résultat attendu est ajouté."

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "prefix": "resultat"}

    def save(self, form: ResultatForm) -> ResultatAttendu:
        return services.add_resultat(self.ingenierie, form.values(), actor=self.actor)

    def get_success_url(self) -> str:
        return _results_url(self.ingenierie)


def _resultat(view: Any, pk: int) -> ResultatAttendu:
    found = get_object_or_404(view.ingenierie.resultats, pk=pk)
    found.ingenierie = view.ingenierie
    return found


class ModifierResultat(IngenierieEdit):
    """Change an expected result that is not fixed."""

    tab = "objectifs"
    route = "engagement:objectifs"
    form_class = ResultatEditForm
    template_name = "engagement/objectifs/resultat.html"
    page_title = "Résultat attendu"
    success_message = "Le résultat attendu est enregistré."

    def get_object(self) -> ResultatAttendu:
        return _resultat(self, self.kwargs["resultat"])

    def refusal(self, obj: ResultatAttendu) -> str:
        return "Ce résultat est fixé définitivement : rouvrez les résultats pour le changer." if obj.fixe else ""

    def save(self, form: ResultatEditForm, expected_version: int) -> ResultatAttendu:
        return services.update_resultat(self.object, form.values(), actor=self.actor, expected_version=expected_version)


class RetirerResultat(IngenierieView):
    """Take out an expected result."""

    tab = "objectifs"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int, resultat: int) -> HttpResponse:
        row = _resultat(self, resultat)
        services.remove_resultat(row, actor=self.actor, expected_version=posted_version(request))
        messages.success(request, "Le résultat attendu est retiré.")
        return redirect(_results_url(self.ingenierie))


class FixerResultats(_ObjectifsPage):
    """« Fixer définitivement les résultats qualitatifs et quantitatifs à atteindre » (démarche 3/4)."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            fixed = services.fix_resultats(self.ingenierie, actor=self.actor)
        except InvalidInput as error:
            return self.show(status=error.status, refused=error)
        if fixed:
            messages.success(request, f"{plural(len(fixed), 'résultat fixé', 'résultats fixés')} définitivement.")
        else:
            messages.info(request, "Les résultats étaient déjà fixés.")
        return redirect(_results_url(self.ingenierie))


class RouvrirResultats(IngenierieView):
    """Take back the fixing of the results."""

    tab = "objectifs"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        services.reopen_resultats(self.ingenierie, actor=self.actor)
        messages.success(request, "Les résultats sont rouverts : ils seront à fixer de nouveau.")
        return redirect(_results_url(self.ingenierie))
