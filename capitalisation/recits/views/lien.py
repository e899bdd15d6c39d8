"""The page of a personal link: write one's part of a récit, leave, come back, hand it in, see what was kept of it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.views.links import LinkView, page_url, told
from capitalisation.recits.contributions_forms import CHAMP, EcrireForm
from capitalisation.recits.enums import EtatContribution, EtatRecit
from capitalisation.recits.models import Contribution
from capitalisation.recits.plans import plan_of
from capitalisation.recits.reprise import DIT
from capitalisation.recits.services import contributions as services
from core import clock
from core.errors import DomainError, EditConflict, InvalidInput
from core.formats import format_date, format_datetime
from core.views.editing import VersionedUpdateView

ARRETE = (
    "Le récit a été arrêté entre-temps. Votre texte est gardé : {qui} verra ce qu’il peut en ajouter à une prochaine "
    "version."
)


class Ecrire(LinkView, VersionedUpdateView):
    """What is asked; what was written; once it was taken up, what was kept."""

    form_class = EcrireForm
    template_name = "capitalisation/recits/lien.html"
    error_field = None
    object: Contribution

    def get_object(self) -> Contribution:
        return self.link.object

    @property
    def sending(self) -> bool:
        """Handed in by the button; once handed in, whatever is saved is."""
        return "rendre" in self.request.POST or self.object.etat == EtatContribution.RENDUE

    def get_form_kwargs(self) -> dict[str, Any]:
        plan = plan_of(self.object.recit.genre)
        rubriques = [plan.rubrique(code) for code in services.ouvertes(self.object)]
        return {**super().get_form_kwargs(), "rubriques": rubriques, "apports": self.object.apports}

    def save(self, form: EcrireForm, expected_version: int) -> Contribution:
        return services.write(
            self.object, form.textes(), rendre=self.sending, actor=self.actor, expected_version=expected_version
        )

    def call_service(self, form: EcrireForm) -> None:
        try:
            super().call_service(form)
        except EditConflict as error:
            # What the other window wrote is shown beside one's own.
            error.current.recit = self.object.recit
            for name in form.fields:
                if name.startswith(CHAMP):
                    setattr(error.current, name, error.current.apports.get(name.removeprefix(CHAMP), ""))
            raise

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.headers.get("HX-Request"):
            return self.keep_on_the_way()
        return super().post(request, *args, **kwargs)

    def keep_on_the_way(self) -> HttpResponse:
        """Keep what is typed; the page goes on with the new version."""
        form = self.form_class(**self.get_form_kwargs())
        if not form.is_valid():
            return self._state("Ce n’est pas enregistré : un texte est trop long.", ok=False, status=422)
        try:
            self.call_service(form)
        except InvalidInput as error:
            return self._state(error.sentence, ok=False, status=error.status)
        except DomainError as error:
            return self._state(
                f"{error.title}. Enregistrez la page pour voir où en est le texte.", ok=False, status=409
            )
        return self._state(f"Enregistré le {format_datetime(clock.now())}, pas encore rendu.", ok=True)

    def _state(self, text: str, *, ok: bool, status: int = 200) -> HttpResponse:
        context = {"text": text, "ok": ok, "version": self.object.version}
        return render(self.request, "capitalisation/recits/enregistre.html", context, status=status)

    def get_context(self, **context: Any) -> dict[str, Any]:
        row = self.object
        arrete = row.recit.state == EtatRecit.ARRETE
        plan, open_ = plan_of(row.recit.genre), services.ouvertes(row)
        # What is not written here any more: taken up, left aside, or of a rubrique that the récit lost.
        lus = [
            {
                "titre": prevue.nom if (prevue := plan.rubrique(code)) else "Autre texte",
                "texte": row.apports[code],
                "suite": self._suite(code, prevue is None),
            }
            for code in services.ecrites(row)
            if code not in open_
        ]
        return super().get_context(
            **{
                "lien": told(self.link),
                "contribution": row,
                "rendue": format_date(row.rendue_le) if row.rendue_le else "",
                "finie": row.etat in services.FINIES,
                "lus": lus,
                "autosave": row.etat == EtatContribution.DEMANDEE,
                "arrete": ARRETE.format(qui=row.recit.organisation) if arrete and open_ else "",
                "left": len(set(open_) - set(services.ecrites(row))),
                "open": open_,
                **context,
            }
        )

    def _suite(self, code: str, lost: bool) -> str:
        decided = self.object.suites.get(code)
        if decided:
            return DIT.get(decided["choix"], "")
        return "le récit n’a plus cette rubrique : votre texte est gardé" if lost else ""

    def get_success_message(self) -> str:
        if not self.sending:
            return "C’est enregistré, pas encore rendu : revenez par le même lien quand vous voudrez."
        if self.object.recit.state == EtatRecit.ARRETE:
            return "Merci. " + ARRETE.format(qui=self.object.recit.organisation)
        return "Merci, votre texte est transmis. Vous pouvez le reprendre tant qu’il n’a pas été repris dans le récit."

    def get_success_url(self) -> str:
        return page_url(self.link.token)
