"""The questionnaire of a partner: the page it fills by its link, and the page where its answer is taken up."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from accounts.views.links import LinkView
from core.errors import EditConflict
from core.formats import format_date, format_datetime
from core.views.editing import conflict_form
from engagement import services
from engagement.enums import Verdict
from engagement.forms import ReponseForm
from engagement.models import PartenaireProjet, ReponsePartenaire
from engagement.models.reponses import ANSWERED, VERDICTS
from engagement.services.reponses import Choix, is_blank, proposed
from engagement.views.base import posted_version
from projects.views.base import IngenierieView


class Questionnaire(LinkView):
    """What the partner reads and answers."""

    object: PartenaireProjet

    def _show(self, form: ReponseForm, *, status: int = 200, conflict: Any = None) -> HttpResponse:
        ingenierie = self.object.ingenierie
        problematique = ingenierie.problematique
        texts = [(label, getattr(problematique, name)) for name, label in (
            ("contexte", "Contexte"), ("enjeux", "Enjeux"), ("besoins", "Besoins repérés"),
        )]  # fmt: skip
        saved = form.instance.pk is not None
        return self.page(
            "engagement/lien_questionnaire.html",
            {
                "form": form,
                "conflict": conflict,
                "titre": ingenierie.titre,
                "accroche": ingenierie.accroche,
                "partenaire": str(self.object.partenaire),
                "pilote": str(ingenierie.pilote),
                "texts": [(label, text) for label, text in texts if text.strip()],
                "draft": saved,
            },
            status=status,
        )

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        answer = services.answer_of(self.object, self.actor)
        return self._show(ReponseForm(instance=answer, famille=self.object.famille))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        sending = request.POST.get("action") == "envoyer"
        answer = services.answer_of(self.object, self.actor)
        form = ReponseForm(request.POST, instance=answer, famille=self.object.famille, sending=sending)
        if not form.is_valid():
            return self._show(form, status=422)
        try:
            services.save_answer(
                self.object,
                form.values(),
                actor=self.actor,
                expected_version=form.cleaned_data["version"],
                send=sending,
            )
        except EditConflict as error:
            again, conflict = conflict_form(form, error)
            return self._show(again, status=409, conflict=conflict)
        if not sending:
            messages.success(request, "C’est enregistré. Reprenez quand vous voulez par le même lien.")
        return self.back()


class Reponse(IngenierieView):
    """An answer beside what the dossier says: kept, replaced or added, field by field or whole."""

    tab = "partenaires"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.row = get_object_or_404(
            self.ingenierie.partenaires_projet.select_related("partenaire"), pk=kwargs["partenaire"]
        )
        self.row.ingenierie = self.ingenierie
        self.reponse = get_object_or_404(
            ReponsePartenaire.objects.received().filter(partenaire_projet=self.row), pk=kwargs["reponse"]
        )
        self.reponse.partenaire_projet = self.row

    def _line(self, name: str, asked: set[str]) -> dict[str, Any]:
        label = str(PartenaireProjet._meta.get_field(name).verbose_name)
        noted, told = getattr(self.row, name), getattr(self.reponse, name)
        verdict = name in VERDICTS
        blank = is_blank(self.row, name)
        return {
            "name": name,
            "label": label[:1].upper() + label[1:],
            "noted": "" if blank else (Verdict(noted).label if verdict else noted),
            "told": Verdict(told).label if verdict and told else told,
            "asked": name in asked,
            "same": self.reponse.treated_at is None and bool(told) and told == noted,
            "may_add": not verdict and not blank,
            "chosen": Choix.REMPLACER if blank else Choix.GARDER,
            "taken": name in self.reponse.taken_up,
        }

    def get(self, request: HttpRequest, pk: int, partenaire: int, reponse: int) -> HttpResponse:
        asked = set(proposed(self.reponse, self.row)) if self.reponse.treated_at is None else set()
        lines = [self._line(name, asked) for name in ANSWERED]
        return self.page(
            "engagement/reponse.html",
            {
                "nom": str(self.row),
                "row": self.row,
                "reponse": self.reponse,
                "received": format_datetime(self.reponse.sent_at),
                "treated": format_datetime(self.reponse.treated_at),
                "treated_by": str(self.reponse.treated_by or ""),
                "lines": [line for line in lines if line["told"]],
                "silent": ", ".join(line["label"].lower() for line in lines if not line["told"]),
                "open": self.reponse.treated_at is None,
                "nothing": not asked,
            },
        )

    def post(self, request: HttpRequest, pk: int, partenaire: int, reponse: int) -> HttpResponse:
        version = posted_version(request)
        if request.POST.get("action") == "tout":
            services.take_all(self.reponse, actor=self.actor, expected_version=version)
        else:
            choices = {name: request.POST.get(f"choix-{name}", Choix.GARDER) for name in ANSWERED}
            services.take_up(self.reponse, choices, actor=self.actor, expected_version=version)
        messages.success(request, f"La réponse de « {self.row} » est traitée.")
        return redirect("engagement:partenaire", pk, self.row.pk)


def received(row: PartenaireProjet) -> list[dict[str, Any]]:
    """The answers of a partner, newest first, for its page. One query."""
    return [
        {
            "who": r.repondant,
            "date": format_date(r.sent_at),
            "open": r.treated_at is None,
            "treated": format_date(r.treated_at),
            "url": reverse("engagement:reponse", args=[row.ingenierie_id, row.pk, r.pk]),
        }
        for r in row.reponses.received().order_by("-sent_at", "pk")
    ]
