"""The room « Synthèse »: the démarche, what the application knows, the four registers; its life, its PDF."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from core.documents.docx import docx_response
from core.documents.frozen import kept_document
from core.documents.jobs import request_document
from core.errors import DomainError
from core.formats import format_date, format_datetime
from core.lifecycle import available_actions
from core.views.actions import ActionMixin, posted_version
from core.views.once import sent_once
from evaluation.questionnaires.permissions import of_the_team
from evaluation.questionnaires.views.base import EvaluationEdit, EvaluationView
from evaluation.synthese import contenu as contenus
from evaluation.synthese.documents import synthese_docx
from evaluation.synthese.forms import REGISTRES, CollecteForm, EnseignementsForm
from evaluation.synthese.lifecycle import manques
from evaluation.synthese.models import Synthese, VersionSynthese
from evaluation.synthese.permissions import why_not_begin, why_not_fix, why_not_write
from evaluation.synthese.registry import faits_de
from evaluation.synthese.services import synthese as services
from mobilisation.projet.enums import Registre

SALLE = "synthese"
HOME = "evaluation:synthese"
NOT_SHOWN = "L’équipe du dossier ne montre pas cette synthèse."


class SyntheseMixin:
    """``self.synthese``: of this ingénierie; 404 before it is begun, and for who only follows the ingénierie."""

    salle = SALLE

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        found = services.synthese_of(self.ingenierie)
        if found is None or not of_the_team(self.actor, self.ingenierie):
            raise Http404
        self.synthese: Synthese = found

    def why_not(self) -> str:
        return why_not_write(self.actor, self.ingenierie)


def _registres(
    synthese: Synthese, live: dict[str, Any], kept: dict[str, Any] | None
) -> list[dict[str, Any]]:  # fmt: skip
    """The registers as the page shows them: their texts, their facts (``live``, with where each is read; or frozen)."""
    frozen = {registre["code"]: registre for registre in kept["registres"]} if kept else {}
    return [
        {
            "code": str(code),
            "label": Registre(code).label,
            "textes": [(question, getattr(synthese, name)) for name, question in questions],
            "vide": not any(getattr(synthese, name).strip() for name, _ in questions),
            "faits": frozen[code]["faits"] if kept else live[code],
        }
        for code, questions in contenus.QUESTIONS.items()
    ]


class Page(EvaluationView):
    """The synthesis; an invitation to begin it."""

    salle = SALLE

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if of_the_team(self.actor, self.ingenierie):
            return self.show()
        if Synthese.objects.shown_to_region(self.actor).filter(ingenierie=self.ingenierie).exists():
            return redirect("evaluation:synthese_de_la_region", self.ingenierie.pk)
        return self.page("evaluation/synthese/commencer.html", {"can_begin": False, "why_not": NOT_SHOWN})

    def show(self, *, status: int = 200, refused: DomainError | None = None, reason: str = "") -> HttpResponse:
        synthese = services.synthese_of(self.ingenierie)
        if synthese is None:
            refusal = why_not_begin(self.actor, self.ingenierie)
            return self.page(
                "evaluation/synthese/commencer.html", {"can_begin": not refusal, "why_not": refusal}
            )  # fmt: skip
        version = services.last_version(synthese)
        fixed = version if synthese.is_fixed else None
        kept = fixed.data if fixed else None
        live = {} if kept else faits_de(self.ingenierie)
        drawn = kept or {"registres": contenus.registres(synthese, live)}
        editable = not synthese.why_frozen and not why_not_write(self.actor, self.ingenierie)
        pdf = kept_document(fixed, services.DOCUMENT) if fixed else None
        lacking = [] if synthese.is_fixed else manques(synthese)
        return self.page(
            "evaluation/synthese/synthese.html",
            {
                "synthese": synthese,
                "etat": synthese.get_state_display(),
                "depuis": format_datetime(synthese.state_since),
                "editable": editable,
                "version": version,
                "fixed": fixed,
                "pdf": pdf,
                "collecte": [(label, getattr(synthese, name)) for name, label in contenus.COLLECTE],
                "echeance": format_date(synthese.echeance) if synthese.echeance else "",
                "registres": _registres(synthese, live, kept),
                "graphiques": contenus.graphiques(drawn),
                "presentation": contenus.blocs_presentation(kept) if kept else (),
                "fiche_url": reverse("engagement:fiche_presentation", args=[self.ingenierie.pk]),
                "lacking": lacking,
                "actions": available_actions(synthese, self.actor),
                "brief": "Complétez d’abord ce qui manque." if lacking else "",
                "refused": refused,
                "reason": reason,
                "anciennes": synthese.versions.defer("contenu").order_by("-numero"),
                "may_show": not why_not_fix(self.actor, self.ingenierie) and synthese.is_fixed,
                "destinataires": self._sent(synthese),
            },
            status=status,
        )

    def _sent(self, synthese: Synthese) -> dict[str, int]:
        rows = list(synthese.destinataires.values_list("version_recue", "reaction"))
        return {
            "tous": len(rows),
            "envoyes": sum(1 for version, _ in rows if version),
            "reactions": sum(1 for _, reaction in rows if reaction.strip()),
        }


@method_decorator(require_POST, name="dispatch")
class Commencer(EvaluationView):
    """Begin it."""

    salle = SALLE

    @method_decorator(sent_once)
    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        services.begin(self.ingenierie, actor=self.actor)
        messages.success(request, "La synthèse est commencée : les faits connus du dossier y sont déjà.")
        return redirect(HOME, self.ingenierie.pk)


@method_decorator(require_POST, name="dispatch")
class Cycle(SyntheseMixin, ActionMixin, Page):
    """One action of its life."""

    def perform(self, action: str, **shown: Any) -> Synthese:
        return services.perform_action(self.synthese, action, actor=self.actor, **shown)

    def refused(self, error: DomainError, reason: str) -> HttpResponse:
        return self.show(status=error.status, refused=error, reason=reason)

    def get_action_url(self, action: str, obj: Synthese) -> str:
        route = "evaluation:synthese_destinataires" if action == "partager" else HOME
        return reverse(route, args=[self.ingenierie.pk])


_PARTIES: dict[str, tuple[str, type]] = {
    "collecte": ("Collecter les informations", CollecteForm),
    **{code: (Registre(code).label, form) for code, form in REGISTRES.items()},
    "enseignements": ("Ce que l’on en retient", EnseignementsForm),
}


class Ecrire(SyntheseMixin, EvaluationEdit):
    """One part of the texts, with the facts beside it."""

    template_name = "evaluation/synthese/ecrire.html"
    success_message = "La synthèse est enregistrée."

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if kwargs["partie"] not in _PARTIES:
            raise Http404
        self.partie = kwargs["partie"]
        self.anchor = self.partie

    @property
    def form_class(self) -> type:
        return _PARTIES[self.partie][1]

    def get_object(self) -> Synthese:
        return self.synthese

    def refusal(self, obj: Synthese) -> str:
        return obj.why_frozen

    def get_page_title(self) -> str:
        return _PARTIES[self.partie][0]

    def get_context(self, **context: Any) -> dict[str, Any]:
        faits = faits_de(self.ingenierie).get(self.partie, []) if self.request.method == "GET" else []
        return super().get_context(faits=faits, **context)

    def get_success_url(self) -> str:
        return f"{reverse(HOME, args=[self.ingenierie.pk])}#{self.partie}"

    def save(self, form: Any, expected_version: int) -> Synthese:
        return services.write(self.synthese, form.values(), actor=self.actor, expected_version=expected_version)


@method_decorator(require_POST, name="dispatch")
class Apercu(SyntheseMixin, EvaluationView):
    """Ask for a preview: who reads the dossier may."""

    def check_writes(self) -> None:
        return None

    @method_decorator(sent_once)
    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        job = request_document(services.DOCUMENT_PROJET, self.synthese.pk, actor=self.actor)
        back = reverse(HOME, args=[self.ingenierie.pk])
        return redirect(f"{reverse('core:job_detail', args=[job.pk])}?{urlencode({'retour': back})}")


class Docx(SyntheseMixin, EvaluationView):
    """As DOCX: the version fixed, else the text of today."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        fixed = services.last_version(self.synthese) if self.synthese.is_fixed else None
        return docx_response(synthese_docx(self.synthese, fixed))


class Version(SyntheseMixin, EvaluationView):
    """A version that was kept, word for word."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        version = get_object_or_404(VersionSynthese, synthese=self.synthese, numero=kwargs["numero"])
        return self.page(
            "evaluation/synthese/version.html",
            {
                "version": version,
                "le": format_datetime(version.le),
                "blocks": contenus.blocs(version.data),
                "pdf": kept_document(version, services.DOCUMENT),
                "intact": version.is_intact,
            },
        )


@method_decorator(require_POST, name="dispatch")
class Region(SyntheseMixin, EvaluationView):
    """Let the region read the synthesis, or not any more."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        shown = request.POST.get("montrer") == "oui"
        services.show_region(self.synthese, shown, actor=self.actor, expected_version=posted_version(request))
        messages.success(
            request,
            "Les DLA de la région lisent désormais la synthèse, sans montants ni noms de structures."
            if shown
            else "La région ne lit plus la synthèse.",
        )
        return redirect(f"{reverse(HOME, args=[self.ingenierie.pk])}#region")


@require_GET
def de_la_region(request: HttpRequest, pk: int) -> HttpResponse:
    """The synthesis that a neighbour of the region may read: without amounts, no structure named."""
    synthese = get_object_or_404(
        Synthese.objects.shown_to_region(request.actor).select_related("ingenierie__pilote"), ingenierie=pk
    )
    version = services.last_version(synthese)
    contenu = version.data
    return render(
        request,
        "evaluation/synthese/region.html",
        {
            "ingenierie": synthese.ingenierie,
            "le": format_date(version.le),
            "accroche": contenu["accroche"],
            "blocks": contenus.blocs(contenu, sans_couts=True, sans_structures=True),
        },
    )
