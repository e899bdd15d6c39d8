"""The grids of the missions, for the team: prepared, handed over, read, told, carried into the plans."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.http import require_POST, require_safe

from core.documents.docx import docx_response
from core.errors import DomainError, InvalidInput
from core.formats import format_date, plural
from core.lifecycle import available_actions
from core.outbox import send_again, unsent
from core.text import whole_number
from core.views.actions import ActionMixin, posted_version
from core.views.once import sent_once
from evaluation.grilles import forms
from evaluation.grilles.documents import GRILLE, grille_docx
from evaluation.grilles.enums import CODES, DELAI_COMMENTAIRE, Destinataire, Position
from evaluation.grilles.models import Transmission
from evaluation.grilles.permissions import grilles, lisibles_par, suivi_of, why_not_read_yet, why_not_tell
from evaluation.grilles.reading import read_grille
from evaluation.grilles.services import preparation, remise, suites
from evaluation.questionnaires.enums import EtatQuestionnaire
from evaluation.questionnaires.permissions import of_the_team
from evaluation.questionnaires.services import perform_action, show_region
from evaluation.questionnaires.views.base import (
    EvaluationView,
    QuestionnaireCreate,
    QuestionnaireEdit,
    QuestionnaireView,
)
from missions.conventions.models import Convention
from projects.ingenierie.permissions import why_not_pilot

SALLE = "grilles"
GRILLE_URL = "evaluation:grille"
#: What the page of a filled grid does of the life of the questionnaire.
_ACTIONS = ("terminer", "rouvrir")


def missions_of(ingenierie) -> list[Convention]:
    """Its missions, the prestataire of which is still retained, or was asked to comment."""
    return list(
        Convention.objects.signed().filter(ingenierie=ingenierie).select_related("choix__prestataire").order_by("pk")
    )


class Grilles(EvaluationView):
    """Each mission, with its grid or the button that prepares it."""

    salle = SALLE

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not of_the_team(self.actor, self.ingenierie):
            return self.shared()
        found = {row.convention_id: row for row in grilles().filter(ingenierie=self.ingenierie, mois=None)}
        rows = []
        for convention in missions_of(self.ingenierie):
            questionnaire = found.get(convention.pk)
            if questionnaire is None and convention.choix.retire_at is not None:
                continue
            rows.append(
                {
                    "convention": convention,
                    "questionnaire": questionnaire,
                    "position": suivi_of(questionnaire).position.label if questionnaire else "",
                    "url": self.address(GRILLE_URL, questionnaire.pk) if questionnaire else "",
                }
            )
        return self.page(
            "evaluation/grilles/grilles.html", {"rows": rows, "individuelle": self.ingenierie.is_individuelle}
        )

    def shared(self) -> HttpResponse:
        """For who only follows the ingénierie: what the team has switched on."""
        rows = lisibles_par(self.actor).filter(ingenierie=self.ingenierie)
        return self.page(
            "evaluation/grilles/partagees.html",
            {
                "rows": [
                    {"questionnaire": row, "url": self.address("evaluation:grille_partagee", row.pk)} for row in rows
                ]
            },
        )


class GrilleMission(EvaluationView):
    """From the page of a mission to its grid."""

    salle = SALLE

    def get(self, request: HttpRequest, pk: int, convention: int) -> HttpResponse:
        found = get_object_or_404(Convention.objects.signed(), pk=convention, ingenierie=self.ingenierie)
        found.ingenierie = self.ingenierie
        questionnaire = preparation.grille_of(found)
        if questionnaire is None or not of_the_team(self.actor, self.ingenierie):
            return redirect("evaluation:grilles", pk)
        return redirect(GRILLE_URL, pk, questionnaire.pk)


@method_decorator([require_POST, sent_once], name="dispatch")
class Preparer(EvaluationView):
    """One click: the right grid for the cycle, with those who answer proposed."""

    salle = SALLE

    def post(self, request: HttpRequest, pk: int, convention: int) -> HttpResponse:
        found = get_object_or_404(
            Convention.objects.signed().select_related("choix__prestataire"), pk=convention, ingenierie=self.ingenierie
        )
        found.ingenierie = self.ingenierie
        questionnaire = preparation.prepare_grille(found, actor=self.actor)
        messages.success(
            request, "La grille est préparée : relisez les questions et ceux qui répondent, puis ouvrez-la."
        )
        return redirect("evaluation:questionnaire", pk, questionnaire.pk)


class _Grille:
    """``self.questionnaire`` is a grid, of a dossier of the team; 404 for anybody else and for other questionnaires."""

    salle = SALLE

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if self.questionnaire.code not in CODES or not of_the_team(self.actor, self.ingenierie):
            raise Http404
        self.convention = self.questionnaire.convention
        self.convention.ingenierie = self.ingenierie
        self.suivi = suivi_of(self.questionnaire)

    def get_success_url(self) -> str:
        url = self.here(GRILLE_URL)
        return f"{url}#{self.anchor}" if self.anchor else url

    def readable(self) -> None:
        """Raise ``Http404`` while the answers do not open yet."""
        if why_not_read_yet(self.questionnaire):
            raise Http404


class Grille(ActionMixin, _Grille, QuestionnaireView):
    """The filled grid: rows, answers and comments side by side; what is done with it next."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.show()

    def show(self, *, status: int = 200, refused: DomainError | None = None, reason: str = "") -> HttpResponse:
        questionnaire, suivi = self.questionnaire, self.suivi
        closed_to_read = why_not_read_yet(questionnaire)
        grille = None if closed_to_read else read_grille(questionnaire, pour_equipe=True)
        rows = list(Transmission.objects.filter(questionnaire=questionnaire))
        mails = remise.keys_of(suivi) if suivi.est_remise else []
        open_or_closed = questionnaire.state in (EtatQuestionnaire.OUVERT, EtatQuestionnaire.CLOS)
        return self.page(
            "evaluation/grilles/grille.html",
            {
                "convention": self.convention,
                "suivi": suivi,
                "position": suivi.position,
                "P": Position,
                "grille": grille,
                "not_yet": closed_to_read,
                "manques": remise.manques(questionnaire) if open_or_closed and not suivi.est_remise else [],
                "delai": DELAI_COMMENTAIRE,
                "attendue": format_date(suivi.attendue_le) if suivi.attendue_le else "",
                "en_retard": suivi.position == Position.CHEZ_LE_PRESTATAIRE and not closed_to_read,
                "not_sent": bool(unsent(mails)),
                "actions": [
                    state
                    for state in available_actions(questionnaire, self.actor)
                    if state.action.name in _ACTIONS and not closed_to_read
                ],
                "action_url": self.here(GRILLE_URL),
                "reason": reason,
                "refused": refused,
                "restitutions": [row for row in rows if row.destinataire == Destinataire.PRESTATAIRE],
                "comites": [row for row in rows if row.destinataire == Destinataire.COMITE],
                "can_tell": not why_not_tell(questionnaire, self.actor),
                "can_pilot": not why_not_pilot(self.actor, self.ingenierie),
                "a_porter": suites.a_porter(questionnaire, grille, self.actor) if grille else [],
                "document": GRILLE,
            },
            status=status,
        )

    def perform(self, action: str, **shown: Any) -> Any:
        if action not in _ACTIONS:
            raise InvalidInput("Cette action se fait sur la page du questionnaire.")
        self.readable()
        return perform_action(self.questionnaire, action, actor=self.actor, **shown)

    def refused(self, error: DomainError, reason: str) -> HttpResponse:
        return self.show(status=error.status, refused=error, reason=reason)

    def get_action_url(self, action: str, obj: Any) -> str:
        return self.here(GRILLE_URL)


@method_decorator([require_POST, sent_once], name="dispatch")
class _Button(_Grille, QuestionnaireView):
    """One click on a grid: ``act`` calls the service and returns what is said."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        messages.success(request, self.act(request))
        return redirect(self.get_success_url())

    def act(self, request: HttpRequest) -> str:
        raise TypeError(f"{type(self).__name__}.act manque.")


class Remettre(_Button):
    """Close the answers if they are open, and hand the grid to the référent of the prestataire."""

    def act(self, request: HttpRequest) -> str:
        questionnaire = self.questionnaire
        remise.hand_over(
            questionnaire,
            actor=self.actor,
            expected_state=request.POST.get("expected_state", questionnaire.state),
            version=posted_version(request),
        )
        return f"La grille est remise à {self.convention.choix.prestataire}, prévenu par courrier."


class Relancer(_Button):
    """Remind the prestataire."""

    def act(self, request: HttpRequest) -> str:
        remise.remind_prestataire(self.questionnaire, actor=self.actor)
        return f"{self.convention.choix.prestataire} est relancé : un rappel part par courrier."


class Renvoyer(_Button):
    """Send again the mail that did not leave."""

    def act(self, request: HttpRequest) -> str:
        self.check_writes()
        count = send_again(remise.keys_of(self.suivi), actor=self.actor)
        return f"{plural(count, 'courrier renvoyé', 'courriers renvoyés')}."


class Region(_Button):
    """Let the region read the grid, or not any more."""

    anchor = "region"

    def act(self, request: HttpRequest) -> str:
        shown = request.POST.get("montre") == "1"
        show_region(self.questionnaire, shown, actor=self.actor, version=posted_version(request))
        return (
            "L’évaluation se lit désormais dans la région, sans le nom des participants."
            if shown
            else "L’évaluation ne se lit plus que par l’équipe du dossier."
        )


class Porter(_Button):
    """Carry an answer to the plan of its structure."""

    anchor = "plan"

    def act(self, request: HttpRequest) -> str:
        self.readable()
        grille = read_grille(self.questionnaire, pour_equipe=True)
        items = suites.a_porter(self.questionnaire, grille, self.actor)
        structure = whole_number(request.POST.get("structure", ""))
        item = suites.find_item(items, structure or 0, request.POST.get("code", ""))
        suites.carry(self.questionnaire, item, actor=self.actor)
        return f"La réponse est dans le plan d’accompagnement de {item.structure}."


class Causes(_Grille, QuestionnaireEdit):
    """The causes found."""

    form_class = forms.CausesForm
    page_title = "Causes identifiées"
    success_message = "Les causes identifiées sont enregistrées."
    anchor = "causes"

    def save(self, form: Any, expected_version: int) -> Any:
        return suites.write_causes(
            self.questionnaire, form.values()["causes"], actor=self.actor, expected_version=expected_version
        )


class _Transmettre(_Grille, QuestionnaireCreate):
    destinataire = ""

    def refusal(self, obj: Any) -> str:
        return why_not_tell(self.questionnaire, self.actor)

    def save(self, form: Any) -> Any:
        return suites.tell(self.questionnaire, self.destinataire, form.values(), actor=self.actor)


class Restituer(_Transmettre):
    """Give the evaluation back to the prestataire."""

    destinataire = Destinataire.PRESTATAIRE
    form_class = forms.RestituerForm
    page_title = "Restituer l’évaluation au prestataire"
    submit_label = "Restituer"
    success_message = "L’évaluation est restituée : le prestataire la reçoit par courrier."
    anchor = "restitution"


class Comite(_Transmettre):
    """Tell the comité de pilotage."""

    destinataire = Destinataire.COMITE
    form_class = forms.ComiteForm
    page_title = "Le comité de pilotage informé"
    success_message = "C’est noté."
    anchor = "comite"


class Docx(_Grille, QuestionnaireView):
    """The filled grid as DOCX."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.readable()
        return docx_response(grille_docx(self.questionnaire, pour_equipe=True))


@method_decorator(require_safe, name="dispatch")
class Partagee(View):
    """The grid as it is shared beyond the team, the other DLA included, who do not open the dossier: over, switched on,
    without the name of those who did not want it read."""

    def get(self, request: HttpRequest, pk: int, questionnaire: int) -> HttpResponse:
        found = get_object_or_404(
            lisibles_par(request.actor).select_related("ingenierie__pilote"),
            pk=questionnaire,
            ingenierie=pk,
            state=EtatQuestionnaire.TERMINE,
        )
        context = {
            "questionnaire": found,
            "ingenierie": found.ingenierie,
            "grille": read_grille(found, pour_equipe=False),
        }
        return render(request, "evaluation/grilles/partagee.html", context)
