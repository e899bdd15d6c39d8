"""The tab « Convention »: the conventions of the ingénierie, and the page of one of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from consultations.choix.models import ChoixPrestataire
from core.documents.docx import docx_response
from core.documents.jobs import request_document
from core.errors import DomainError
from core.formats import format_date, format_datetime, format_days, format_money_plain, plural
from core.lifecycle import available_actions
from core.views.actions import ActionMixin, posted_version
from core.views.once import sent_once
from engagement.budget.jours import jours_dits
from missions.conventions import completude, forms, prefill, presenters
from missions.conventions.documents import convention_docx
from missions.conventions.enums import EtatConvention
from missions.conventions.lifecycle import PAR_LES_SIGNATURES
from missions.conventions.models import Convention
from missions.conventions.permissions import why_not_begin
from missions.conventions.services import conventions as services
from missions.conventions.services.actes import DOCUMENT_PROJET, actes_of, current_acte, perform_action
from missions.conventions.services.avenants import termes_of
from missions.conventions.services.budget import to_budget
from missions.conventions.views.base import TAB, ConventionEdit, ConventionView
from mobilisation.projet.periode import periode_dite
from projects.dossier.views.base import IngenierieView
from projects.dossier.views.editing import IngenierieCreate


@dataclass(frozen=True)
class Partie:
    """A part of the convention that one form edits."""

    titre: str
    form: type


SECTIONS = {
    "objet": Partie("Objet et références", forms.ObjetForm),
    "mission": Partie("Jours et calendrier", forms.MissionForm),
    "prix": Partie("Prix", forms.PrixForm),
    "clauses": Partie("Clauses", forms.ClausesForm),
}


class Conventions(IngenierieView):
    """The conventions of the ingénierie; an invitation to begin one."""

    tab = TAB

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        rows = services.conventions_of(self.ingenierie)
        if len(rows) == 1 and not ChoixPrestataire.objects.standing().filter(ingenierie=self.ingenierie).exclude(
            pk=rows[0].choix_id
        ):
            return redirect("missions:convention", pk, rows[0].pk)
        refusal = why_not_begin(self.ingenierie, self.actor)
        return self.page(
            "missions/conventions/liste.html",
            {
                "rows": presenters.convention_rows(rows),
                "choix": ChoixPrestataire.objects.standing().filter(ingenierie=self.ingenierie).exists(),
                "can_begin": not refusal,
                "why_not": refusal,
            },
        )


class Commencer(IngenierieCreate):
    """Begin the convention of a mission, prefilled from the dossier."""

    tab = TAB
    route = "missions:conventions"
    form_class = forms.CommencerForm
    page_title = "Commencer la convention"
    submit_label = "Commencer"
    help_text = (
        "Les parties, l’objet, les jours, le prix, le calendrier et les clauses sont préremplis d’après le dossier : "
        "vous les relisez ensuite, partie par partie."
    )
    success_message = "La convention est commencée, préremplie d’après le dossier. Relisez chaque partie."

    def refusal(self, obj: Any) -> str:
        return why_not_begin(self.ingenierie, self.actor)

    def _choix(self):
        rows = ChoixPrestataire.objects.standing().filter(ingenierie=self.ingenierie)
        return rows.select_related("prestataire").order_by("date", "pk")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "choix": self._choix()}

    def get_initial(self) -> dict[str, Any]:
        return {"choix": self._choix().first()}

    def save(self, form: forms.CommencerForm) -> Convention:
        choix = form.cleaned_data["choix"]
        choix.ingenierie = self.ingenierie
        return services.begin(choix, actor=self.actor, phase=form.cleaned_data["phase"])

    def get_success_url(self) -> str:
        if self.created is None:
            return super().get_success_url()
        return reverse("missions:convention", args=[self.ingenierie.pk, self.created.pk])


class Detail(ConventionView):
    """A convention: what it says, what it lacks, who signs, what changed since."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.show()

    def show(self, *, status: int = 200, refused: DomainError | None = None, reason: str = "") -> HttpResponse:
        c, header = self.convention, self.header()
        drafting = c.state == EtatConvention.PROJET
        editable = drafting and header["can_contribute"]
        lacking = completude.manques(c) if drafting else []
        acte = current_acte(c)
        termes = termes_of(c)
        actions = [a for a in available_actions(c, self.actor) if a.action.name != PAR_LES_SIGNATURES]
        return self.page(
            "missions/conventions/convention.html",
            {
                **header,
                "convention": c,
                "etat": c.get_state_display(),
                "depuis": format_datetime(c.state_since),
                "drafting": drafting,
                "editable": editable,
                "lacking": lacking,
                "lacking_parts": {manque.partie for manque in lacking},
                "warnings": completude.a_relire(c) if drafting else [],
                "parties": presenters.partie_rows(c, editable),
                "etapes": presenters.etape_rows(c, editable),
                "paiements": presenters.paiement_rows(c, editable),
                "reste": self._reste() if editable else "",
                "days": jours_dits(c.jours, individuels=c.jours_individuels),
                "off_site": format_days(c.jours_hors_site),
                "period": periode_dite(c.debut, c.fin),
                "price": presenters.price_words(c),
                "end_now": format_date(termes.fin) if termes.fin != c.fin else "",
                "price_now": format_money_plain(termes.prix.ttc) if termes.prix != c.montants else "",
                "budget_gap": presenters.budget_gap(c),
                "clauses": [
                    (str(c._meta.get_field(name).verbose_name).capitalize(), text)
                    for name in ("propriete", "donnees", "evaluation", "modifications", "autres")
                    if (text := getattr(c, name))
                ],
                "projet": prefill.projet_annexe(c),
                "etapes_du_projet": editable and bool(prefill.etapes(c)),
                "actes": [presenters.acte_context(acte)] if acte else [],
                "former": [
                    {"quand": format_datetime(a.le), "numero": a.numero, "pk": a.pk}
                    for a in actes_of(c).defer("contenu")
                    if acte is None or a.pk != acte.pk
                ],
                "avenants": c.avenants.order_by("numero"),
                "can_amend": c.state == EtatConvention.SIGNEE and header["can_contribute"],
                "actions": actions,
                "refused": refused,
                "reason": reason,
                "brief": "Complétez d’abord ce qui manque." if lacking else "",
                "may_withdraw": editable and not c.numero,
                "sections": SECTIONS,
            },
            status=status,
        )

    def _reste(self) -> str:
        left = completude.reste_a_payer(self.convention)
        return f"Il reste {format_money_plain(left)} à placer." if left is not None and left > 0 else ""


@method_decorator(require_POST, name="dispatch")
class Cycle(ActionMixin, Detail):
    """One action of the life of the convention; the service says who may and what is missing."""

    def perform(self, action: str, **shown: Any) -> Convention:
        return perform_action(self.convention, action, actor=self.actor, **shown)

    def refused(self, error: DomainError, reason: str) -> HttpResponse:
        return self.show(status=error.status, refused=error, reason=reason)

    def get_action_url(self, action: str, obj: Convention) -> str:
        return self.address()


class Section(ConventionEdit):
    """One part of the convention; what the dossier knows is proposed where nothing is typed."""

    success_message = "La convention est enregistrée."

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if kwargs["section"] not in SECTIONS:
            raise Http404
        self.part = SECTIONS[kwargs["section"]]
        self.anchor = kwargs["section"]

    @property
    def form_class(self) -> type:
        return self.part.form

    def get_object(self) -> Convention:
        return self.convention

    def get_page_title(self) -> str:
        return f"{self.part.titre} · {self.convention.titre}"

    def get_proposals(self) -> dict[str, Any]:
        return prefill.proposals(self.convention)

    def save(self, form: Any, expected_version: int) -> Convention:
        return services.write(self.convention, form.values(), actor=self.actor, expected_version=expected_version)


class _Reader(ConventionView):
    """POST that writes nothing in the dossier: who reads may do it."""

    def check_writes(self) -> None:
        return None


@method_decorator(require_POST, name="dispatch")
class Apercu(_Reader):
    """Ask for a preview: the job's page leads to the PDF."""

    @method_decorator(sent_once)
    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        job = request_document(DOCUMENT_PROJET, self.convention.pk, actor=self.actor)
        return redirect(f"{reverse('core:job_detail', args=[job.pk])}?{urlencode({'retour': self.address()})}")


class Docx(ConventionView):
    """The text as it stands now, as DOCX."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        return docx_response(convention_docx(self.convention))


@method_decorator(require_POST, name="dispatch")
class Retirer(ConventionView):
    """Take out a draft that was never put to be signed."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        services.withdraw(self.convention, actor=self.actor, expected_version=posted_version(request))
        messages.success(request, "Le projet de convention est retiré ; le journal garde ce qu’il disait.")
        return redirect("missions:conventions", self.ingenierie.pk)


@method_decorator(require_POST, name="dispatch")
class EtapesDuProjet(ConventionView):
    """Take the stages of the retained project."""

    drafts = True

    @method_decorator(sent_once)
    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        count = services.take_etapes(self.convention, actor=self.actor)
        messages.success(request, f"{plural(count, 'étape reprise', 'étapes reprises')} du projet retenu.")
        return redirect(f"{self.address()}#etapes")


@method_decorator(require_POST, name="dispatch")
class VersBudget(ConventionView):
    """Put the budget at the price of the convention."""

    @method_decorator(sent_once)
    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        to_budget(self.convention, actor=self.actor)
        messages.success(request, "Le budget est au prix de la convention : vérifiez qu’il s’équilibre encore.")
        return redirect("engagement:budget", self.ingenierie.pk)
