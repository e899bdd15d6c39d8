"""What others write of a récit, for the team: asked, followed, taken up text by text beside what is there."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.http import require_POST

from accounts.services.sent_links import not_sent
from capitalisation.recits import contributions_forms as forms
from capitalisation.recits.apporteurs import Apporteur, connu, connus, demandables, proposees
from capitalisation.recits.contenu import rubriques_of
from capitalisation.recits.enums import EtatContribution, Source
from capitalisation.recits.lecture import RubriqueLue
from capitalisation.recits.models import Contribution, Recit
from capitalisation.recits.plans import plan_of
from capitalisation.recits.reprise import DIT, Choix
from capitalisation.recits.services import contributions as services
from capitalisation.recits.valeurs import dire
from capitalisation.recits.views.base import DansDossier
from core.errors import InvalidInput
from core.formats import format_date
from core.forms import OUT_OF_DATE
from core.views.actions import posted_version
from projects.dossier.views.editing import IngenierieCreate

_TAGS = {
    EtatContribution.DEMANDEE: "tag-accent",
    EtatContribution.RENDUE: "tag-warn",
    EtatContribution.REPRISE: "tag-ok",
    EtatContribution.ECARTEE: "tag-neutral",
}


def _tells(row: Contribution) -> dict[str, Any]:
    """What the pages say of one."""
    plan = plan_of(row.recit.genre)
    names = [one.nom for code in row.rubriques if (one := plan.rubrique(code))]
    return {
        "contribution": row,
        "qui": row.organisme or row.nom,
        "sorte": Source(row.sorte).label,
        "etat": row.get_etat_display(),
        "tag": _TAGS[EtatContribution(row.etat)],
        "rubriques": ", ".join(names),
        "demandee": format_date(row.demandee_le),
        "rendue": format_date(row.rendue_le) if row.rendue_le else "",
        "rappelee": format_date(row.rappelee_le) if row.rappelee_le else "",
    }


def _suite(told: dict[str, str]) -> str:
    """« Repris à la place le 21 novembre 2026, par … »."""
    return f"{DIT[told['choix']]} le {format_date(dt.date.fromisoformat(told['le']))}, par {told['par']}"


class _Contributions(DansDossier):
    def find(self) -> Contribution:
        """The contribution of this very récit; else ``Http404``."""
        found = get_object_or_404(Contribution, recit=self.recit, pk=self.kwargs["contribution"])
        found.recit = self.recit
        return found

    def get_success_url(self) -> str:
        return self.adresse("recit_contributions")


class Liste(_Contributions, View):
    """Whom the dossier knows and may be asked; what was asked, what came."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        rows = list(Contribution.objects.filter(recit=self.recit))
        for row in rows:
            row.recit = self.recit
        links = services.grants(self.recit)
        unsent = not_sent(links)
        failed = {grant.object_id for grant in links if grant.pk in unsent}
        editable = not self.recit.why_frozen and not self.why_not()
        return self.page(
            "capitalisation/recits/contributions.html",
            {
                "rows": [
                    {
                        **_tells(row),
                        "url": self.adresse("recit_contribution", row.pk),
                        "non_parti": row.pk in failed,
                    }
                    for row in rows
                ],
                "editable": editable,
                "connus": [
                    {
                        "qui": one,
                        "sorte": Source(one.sorte).label,
                        "url": self.adresse("recit_contribution_demander", one.sorte, one.cle),
                    }
                    for one in (connus(self.ingenierie) if editable else ())
                ],
            },
        )


class Demander(_Contributions, IngenierieCreate):
    """Ask somebody of the dossier."""

    form_class = forms.DemanderForm
    template_name = "capitalisation/recits/modifier.html"
    submit_label = "Envoyer la demande"
    error_field = None
    qui: Apporteur

    def get_object(self) -> Recit:
        found = connu(self.ingenierie, self.kwargs["sorte"], self.kwargs["cle"])
        if found is None:
            raise Http404
        self.qui = found
        return self.recit

    def refusal(self, obj: Recit) -> str:
        return self.recit.why_frozen

    def get_page_title(self) -> str:
        return f"Demander une contribution : {self.qui.organisme}"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "rubriques": demandables(self.recit)}

    def get_proposals(self) -> dict[str, Any]:
        return {
            "nom": self.qui.nom,
            "email": self.qui.email,
            "rubriques": proposees(self.recit, self.qui.sorte),
        }

    def save(self, form: forms.DemanderForm) -> Contribution:
        return services.ask(self.recit, self.qui, form.cleaned_data, actor=self.actor)

    def get_success_message(self) -> str:
        return f"La demande part à {self.created.nom}."


class Une(_Contributions, View):
    """One of them: its link; each text beside what the récit says, and what becomes of it."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        row = self.find()
        written = rubriques_of(self.recit)
        decides = not self.why_not() and row.etat == EtatContribution.RENDUE
        return self.page(
            "capitalisation/recits/contribution.html",
            {
                **_tells(row),
                "retirable": not self.why_not(),
                "decides": decides,
                "takes": decides and not self.recit.why_frozen,
                # What is not handed in yet is its author's.
                "textes": []
                if row.etat == EtatContribution.DEMANDEE
                else [self._texte(row, code, written.get(code)) for code in services.ecrites(row)],
                "oublier_url": self.adresse("recit_contribution_oublier", row.pk),
            },
        )

    def _texte(self, row: Contribution, code: str, there: Any) -> dict[str, Any]:
        prevue = plan_of(self.recit.genre).rubrique(code)
        told = row.suites.get(code)
        deja = dire(prevue, there.valeur) if prevue and there else None
        return {
            "code": code,
            "titre": prevue.nom if prevue else "Une rubrique que le récit n’a plus",
            "texte": row.apports[code],
            "perdue": prevue is None,
            "deja": RubriqueLue(code, "", 1, prevue.forme, deja, source=there.source, source_detail=there.source_detail)
            if prevue and there
            else None,
            "rubrique_version": there.version if there else 0,
            "suite": f"{DIT[told['choix']]} le {format_date(dt.date.fromisoformat(told['le']))}, par {told['par']}"
            if told
            else "",
            "url": self.adresse("recit_contribution_reprendre", row.pk, code),
        }


@method_decorator(require_POST, name="dispatch")
class Reprendre(_Contributions, View):
    """What becomes of one text."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        row, form = self.find(), forms.SuiteForm(request.POST)
        if kwargs["code"] not in row.apports:
            raise Http404
        if not form.is_valid():
            raise InvalidInput(" ".join(form.errors.get("choix", [OUT_OF_DATE])))
        data = form.cleaned_data
        services.take_up(
            row, kwargs["code"], data["choix"], actor=self.actor, expected_version=data["version"],
            rubrique_version=data["rubrique_version"],
        )  # fmt: skip
        messages.success(request, f"Le texte est {DIT[Choix(data['choix'])]}.")
        return redirect(self.adresse("recit_contribution", row.pk))


@method_decorator(require_POST, name="dispatch")
class Oublier(_Contributions, View):
    """Take out what was asked."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        services.forget(self.find(), actor=self.actor, expected_version=posted_version(request))
        messages.success(request, "La demande est retirée, son lien ne sert plus.")
        return redirect(self.get_success_url())
