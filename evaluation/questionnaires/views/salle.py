"""In the room: the page that the QR code opens (no account, one answer a phone), the screen that shows the code and
counts what comes in."""

from __future__ import annotations

import secrets
from typing import Any

from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import salted_hmac
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.errors import DomainError, InvalidInput
from core.formats import format_datetime, plural
from core.views import kept
from core.views.once import sent_once
from evaluation.questionnaires import services
from evaluation.questionnaires.contenu import definition_of, questions_for
from evaluation.questionnaires.enums import SorteRepondant, Voie
from evaluation.questionnaires.forms import HeuresForm, SalleForm, structures_of
from evaluation.questionnaires.models import Questionnaire
from evaluation.questionnaires.qr import qr_svg, salle_url
from evaluation.questionnaires.services.reponses import CLOSED, salle_refusal
from evaluation.questionnaires.views.base import QuestionnaireEdit, QuestionnaireView

#: How long a phone is known: seconds.
_LIFE = 180 * 24 * 3600
THANKS = "Merci, votre réponse est reçue."
NEXT = (
    "Votre réponse est lue avec celles des autres. Ce qui en ressort est partagé avec les structures à la fin de "
    "l’action."
)


def _cookie(questionnaire: Questionnaire) -> str:
    return f"evaluation_{questionnaire.pk}"


def appareil_of(questionnaire: Questionnaire, token: str) -> str:
    """The mark of a phone, for this questionnaire alone: the token itself is not kept."""
    return salted_hmac("evaluation.appareil", f"{questionnaire.pk}:{token}", algorithm="sha256").hexdigest()


def _page(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    response = render(request, f"evaluation/questionnaires/{template}", context, status=status)
    response["X-Robots-Tag"] = "noindex"
    return response


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@sent_once
def repondre(request: HttpRequest, cle: str) -> HttpResponse:
    """The page of the room; why it does not serve, when it does not."""
    rows = Questionnaire.objects.select_related(
        "ingenierie__pilote", "convention__choix__prestataire", "convention__version_cahier"
    )
    questionnaire = rows.filter(salle_cle=cle).first()
    prevu = definition_of(questionnaire).repondant(SorteRepondant.PARTICIPANT) if questionnaire else None
    if questionnaire is None or prevu is None or Voie.SALLE not in prevu.voies:
        slowed = ratelimit.consume_or_429(request, action="salle_inconnue", limit_get=True)
        return slowed or _page(request, "salle_fermee.html", {"why": "Cette adresse n’ouvre aucun questionnaire."}, 404)
    token = request.COOKIES.get(_cookie(questionnaire), "")[:64]
    known = bool(token)
    token = token or secrets.token_urlsafe(24)
    appareil = appareil_of(questionnaire, token)
    request.appareil = f"appareil:{appareil[:20]}"
    context = {"questionnaire": questionnaire, "ingenierie": questionnaire.ingenierie, "prevu": prevu}
    if known and questionnaire.repondants.filter(appareil=appareil).exists():
        response = _page(request, "salle_merci.html", {**context, "thanks": THANKS, "next": prevu.suite or NEXT})
    elif refusal := salle_refusal(questionnaire):
        response = _closed(request, context, refusal)
    else:
        response = _Answering(request, questionnaire, appareil, context).answer()
    response.set_cookie(
        _cookie(questionnaire), token, max_age=_LIFE, httponly=True, samesite="Lax", secure=request.is_secure()
    )
    return response


def _closed(request: HttpRequest, context: dict[str, Any], why: str) -> HttpResponse:
    """Why it does not serve now, with what was typed when it was being sent."""
    questionnaire = context["questionnaire"]
    opens = questionnaire.salle_des if why != CLOSED and questionnaire.is_open else None
    texts = kept.texts_of(request) if request.method == "POST" else []
    shown = {**context, "why": why, "opens": format_datetime(opens), "texts": texts}
    return _page(request, "salle_fermee.html", shown, 403 if request.method == "POST" else 200)


class _Answering:
    """One answer from one phone."""

    def __init__(
        self, request: HttpRequest, questionnaire: Questionnaire, appareil: str, context: dict[str, Any]
    ) -> None:
        self.request, self.questionnaire, self.appareil, self.context = request, questionnaire, appareil, context

    def form(self) -> SalleForm:
        return SalleForm(
            self.request.POST if self.request.method == "POST" else None,
            parties=questions_for(self.questionnaire, SorteRepondant.PARTICIPANT),
            structures=structures_of(self.questionnaire.ingenierie),
            nom_au_choix=self.context["prevu"].nom_au_choix,
        )

    def show(self, form: SalleForm, status: int = 200, **more: Any) -> HttpResponse:
        return _page(self.request, "salle.html", {**self.context, "form": form, **more}, status)

    def answer(self) -> HttpResponse:
        form = self.form()
        if self.request.method != "POST":
            return self.show(form)
        if not form.is_valid():
            return self.show(form, 422)
        if not ratelimit.consume(self.request, action="salle_reponse", key=str(self.questionnaire.pk)):
            # What was typed stays in the page.
            return self.show(form, 429, slowed=True)
        try:
            services.answer_in_room(self.questionnaire, form.valeurs(), form.details(), self.appareil)
        except services.DejaRepondu:
            pass  # sent twice: the page says that it is received
        except services.QuestionnaireChange as error:
            vanished = [texte or valeur for valeur, texte in error.vanished.values()]
            return self.show(form, error.status, changed=error, vanished=vanished)
        except InvalidInput as error:
            form.add_error(None, error.sentence)
            return self.show(form, error.status)
        except DomainError as error:
            return _closed(self.request, self.context, error.message)
        response = redirect(self.request.path)
        if self.request.POST.get("brouillon"):  # the draft of the phone is put away: nobody is known to do it
            response.set_cookie(
                "brouillon_range", self.request.POST["brouillon"][:40], max_age=300, samesite="Lax",
                secure=self.request.is_secure(),
            )  # fmt: skip
        return response


# --- For the team ---------------------------------------------------------------------------------------------------


class Ecran(QuestionnaireView):
    """What is shown on the wall: the code, the address, how many have answered."""

    team_only = True

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        questionnaire = self.questionnaire
        return self.page(
            "evaluation/questionnaires/ecran.html",
            {
                "qr": qr_svg(questionnaire, request),
                "url": salle_url(questionnaire, request),
                "refusal": salle_refusal(questionnaire),
                "compte": self.count(),
                "des": format_datetime(questionnaire.salle_des),
                "jusqua": format_datetime(questionnaire.salle_jusqua),
            },
        )

    def count(self) -> str:
        return plural(self.questionnaire.repondants.answered().filter(voie=Voie.SALLE).count(), "réponse")


class Nombre(Ecran):
    """How many have answered, asked again every few seconds by the screen."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        context = {"compte": self.count(), "ingenierie": self.ingenierie, "questionnaire": self.questionnaire}
        return render(request, "evaluation/questionnaires/nombre.html", context)


@method_decorator(never_cache, name="dispatch")
class Heures(QuestionnaireEdit):
    """From when to when the room answers."""

    team_only = True
    form_class = HeuresForm
    page_title = "Quand répond-on en séance ?"
    success_message = "Les heures sont enregistrées."

    def save(self, form: HeuresForm, expected_version: int) -> Questionnaire:
        return services.set_salle(self.questionnaire, form.values(), self.actor, expected_version)

    def get_success_url(self) -> str:
        return self.here("evaluation:ecran")
