"""Writing a récit: its title, one rubrique at a time, with what the dossier says beside it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views import View
from django.views.decorators.http import require_POST

from capitalisation.recits import forms
from capitalisation.recits.connus import propositions
from capitalisation.recits.enums import Source
from capitalisation.recits.lecture import RubriqueLue, nommes
from capitalisation.recits.models import Recit, Rubrique
from capitalisation.recits.plans import plan_of
from capitalisation.recits.proposition import Proposition
from capitalisation.recits.services import ecriture as services
from capitalisation.recits.valeurs import dire, nettoyer
from capitalisation.recits.views.base import DansDossier, SansDossier
from core.text import shortened
from core.views.actions import posted_version
from core.views.editing import VersionedUpdateView
from projects.dossier.views.editing import IngenierieEdit


class _Titre:
    form_class = forms.TitreForm
    template_name = "capitalisation/recits/modifier.html"
    page_title = "Titre du récit"
    success_message = "Le titre est enregistré."
    recit: Recit

    def get_object(self) -> Recit:
        return self.recit

    def refusal(self, obj: Recit) -> str:
        return self.recit.why_frozen

    def save(self, form: forms.TitreForm, expected_version: int) -> Recit:
        return services.update(self.recit, form.values(), actor=self.actor, expected_version=expected_version)


class _Rubrique(_Titre):
    """``code`` is that of a rubrique of the layout; 404 else."""

    template_name = "capitalisation/recits/rubrique.html"
    success_message = "La rubrique est enregistrée."
    form_class = forms.RubriqueForm

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)  # type: ignore[misc]
        found = plan_of(self.recit.genre).rubrique(kwargs["code"])
        if found is None:
            raise Http404
        self.prevue = found
        self.anchor = f"r-{found.code}"

    def get_object(self) -> Rubrique:
        return services.rubrique_of(self.recit, self.prevue.code)

    def get_page_title(self) -> str:
        return self.prevue.nom

    @cached_property
    def connu(self) -> Proposition | None:
        """What the dossier says today."""
        return propositions(self.recit).get(self.prevue.code)

    def get_form_kwargs(self) -> dict[str, Any]:
        found = {**super().get_form_kwargs(), "prevue": self.prevue, "row": self.object}  # type: ignore[misc]
        if self.request.method == "GET" and self.connu is not None and self.object.valeur is None:
            self.proposed = [self.prevue.nom]
            found["valeur"] = nettoyer(self.prevue, self.connu.valeur)
            found["initial"] |= {
                "source": Source.DOSSIER,
                "source_detail": shortened(self.connu.source_detail, 200),
                "note": self.connu.note,
            }
        return found

    def propose(self, form: forms.RubriqueForm) -> None:
        """Done by :meth:`get_form_kwargs`: a proposal fills several fields."""

    def lue(self, valeur: Any, **more: Any) -> RubriqueLue:
        return RubriqueLue(self.prevue.code, "", 1, self.prevue.forme, dire(self.prevue, valeur), **more)

    def get_context(self, **context: Any) -> dict[str, Any]:
        told = self.connu
        value = nettoyer(self.prevue, told.valeur) if told else None
        same = told is None or value == self.object.valeur or bool(self.proposed)
        conflict = context.get("conflict")
        return super().get_context(  # type: ignore[misc]
            **{
                "prevue": self.prevue,
                "connu": None if same else {"rubrique": self.lue(value, note=told.note), "source": told},
                "reprendre_url": "" if same else self.adresse("recit_rubrique_reprendre", self.prevue.code),
                "enregistre": self.lue(self.object.valeur, note=self.object.note) if conflict else None,
                "tus": nommes(self.recit).tus if self.recit.ingenierie_id else (),
                **context,
            }
        )

    def save(self, form: forms.RubriqueForm, expected_version: int) -> Rubrique:
        values = form.values()
        if values["source"] == Source.DOSSIER and self._written_again(nettoyer(self.prevue, values["valeur"])):
            detail = shortened(f"à partir du dossier : {values['source_detail']}".removesuffix(" : "), 200)
            values |= {"source": Source.CHARGE_MISSION, "source_detail": detail}
        return services.write(self.recit, self.prevue.code, values, actor=self.actor, expected_version=expected_version)

    def _written_again(self, valeur: Any) -> bool:
        """Neither what was there nor what the dossier says: the dossier does not tell it."""
        return self.connu is not None and valeur not in (
            self.object.valeur,
            nettoyer(self.prevue, self.connu.valeur),
        )


class _Reprendre:
    """Put what the dossier says in the place of what is written."""

    recit: Recit

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        code = kwargs["code"]
        if plan_of(self.recit.genre).rubrique(code) is None:
            raise Http404
        services.reprendre_du_dossier(self.recit, code, actor=self.actor, expected_version=posted_version(request))
        messages.success(request, "La rubrique dit de nouveau ce que dit le dossier.")
        return redirect(f"{self.adresse()}#r-{code}")


class SeulEdit(SansDossier, VersionedUpdateView):
    """Edits something of a récit without dossier."""

    writes = True

    def get_context(self, **context: Any) -> dict[str, Any]:
        return super().get_context(**{**self.header(), **context})


class Titre(_Titre, DansDossier, IngenierieEdit):
    """Its title, in its dossier."""


class TitreSeul(_Titre, SeulEdit):
    """The same, without dossier."""


class Ecrire(_Rubrique, DansDossier, IngenierieEdit):
    """One rubrique, in its dossier."""


class EcrireSeul(_Rubrique, SeulEdit):
    """The same, without dossier."""


@method_decorator(require_POST, name="dispatch")
class Reprendre(_Reprendre, DansDossier, View):
    """Take up what the dossier says today: only where there is one."""
