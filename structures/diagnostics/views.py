"""Pages of the diagnostic: the whole at a glance, a rubric at a time, the needs, what the structure answers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import journal, listing
from core.errors import ConditionsNotMet, DomainError, InvalidInput, NotAllowed
from core.formats import format_date, format_datetime
from core.lifecycle import available_actions
from core.views.editing import VersionedUpdateView
from structures.annuaire.models import Structure
from structures.diagnostics import permissions, presenters, services
from structures.diagnostics.enums import EtatDiagnostic
from structures.diagnostics.forms import FORMS, ActionForm, BesoinEditForm, BesoinForm, ReponseForm
from structures.diagnostics.models import Besoin, Diagnostic, ReponseDiagnostic
from structures.diagnostics.rubriques import BY_CODE, RUBRIQUES

DONE = {
    "partager": "Le diagnostic est partagé : la structure peut le lire et y répondre.",
    "reprendre": "La rédaction est rouverte ; ce qui a été partagé reste lisible.",
    "clore": "Le diagnostic est clos.",
    "clore_sans_validation": "Le diagnostic est clos, sans la validation de la structure.",
    "rouvrir": "Le diagnostic est rouvert.",
}


def _visible() -> QuerySet:
    return Diagnostic.objects.select_related("structure", "organisation", "suivi_par")


def _diagnostic(request: HttpRequest, pk: int) -> Diagnostic:
    return get_object_or_404(_visible().visible_to(request.actor), pk=pk)


def _url(diagnostic: Diagnostic, anchor: str = "") -> str:
    return reverse("structures:diagnostic", args=[diagnostic.pk]) + anchor


@require_POST
def nouveau(request: HttpRequest, pk: int) -> HttpResponse:
    """Start a diagnostic of a structure."""
    structure = get_object_or_404(Structure.objects.visible_to(request.actor).select_related("organisation"), pk=pk)
    diagnostic = services.create_diagnostic(structure, actor=request.actor)
    messages.success(request, "Le diagnostic est commencé : écrivez-le rubrique par rubrique, dans l’ordre voulu.")
    return redirect(_url(diagnostic))


def _show(
    request: HttpRequest, diagnostic: Diagnostic, *, status: int = 200, refused: DomainError | None = None,
    reason: str = "",
) -> HttpResponse:  # fmt: skip
    actor = request.actor
    state = EtatDiagnostic(diagnostic.state)
    why_not = permissions.why_not_write(actor, diagnostic) or ""
    writing = state == EtatDiagnostic.BROUILLON
    reponses = ReponseDiagnostic.objects.filter(partage__diagnostic=diagnostic).select_related("partage")
    context = {
        "diagnostic": diagnostic,
        "structure": diagnostic.structure,
        "etat": state.label,
        "tag": presenters.TAGS[state],
        "depuis": format_datetime(diagnostic.state_since),
        "date": format_date(diagnostic.date),
        "suivi_par": presenters.person(diagnostic.suivi_par),
        "hint": diagnostic.lifecycle.next_hint[state],
        "rubriques": presenters.rubrique_rows(diagnostic),
        "besoins": presenters.besoin_rows(diagnostic.besoins.select_related("type_prestation", "detail")),
        "reponses": presenters.reponse_rows(reponses),
        "versions": presenters.version_rows(diagnostic),
        "actions": available_actions(diagnostic, actor) if not why_not else [],
        "can_write": writing and not why_not,
        "can_answer": state == EtatDiagnostic.PARTAGE and not why_not,
        "why_read_only": why_not or services.why_frozen(diagnostic),
        "refused": refused,
        "reason": reason,
    }
    return render(request, "structures/diagnostics/detail.html", context, status=status)


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The diagnostic: rubrics, needs, answers, what may be done."""
    return _show(request, _diagnostic(request, pk))


@require_POST
def action(request: HttpRequest, pk: int) -> HttpResponse:
    """Share, take back, close, reopen."""
    diagnostic = _diagnostic(request, pk)
    form = ActionForm(request.POST)
    if not form.is_valid():
        raise InvalidInput("Cette page n’est plus à jour : rechargez-la puis recommencez.")
    data = form.cleaned_data
    try:
        services.perform_action(
            diagnostic,
            data["action"],
            actor=request.actor,
            expected_state=data["expected_state"],
            version=data["version"],
            reason=data["reason"],
        )
    except (ConditionsNotMet, InvalidInput) as error:
        return _show(request, diagnostic, status=error.status, refused=error, reason=data["reason"])
    messages.success(request, DONE[data["action"]])
    return redirect(_url(diagnostic))


class RubriqueEdit(VersionedUpdateView):
    """One rubric: saved by itself; people who write another one do not meet."""

    template_name = "structures/diagnostics/rubrique.html"

    def get_object(self) -> Diagnostic:
        if self.kwargs["code"] not in BY_CODE:
            raise Http404
        self.rubrique = BY_CODE[self.kwargs["code"]]
        return _diagnostic(self.request, self.kwargs["pk"])

    def refusal(self, obj: Diagnostic) -> str:
        return permissions.why_not_write(self.actor, obj) or services.why_frozen(obj)

    @property
    def form_class(self):
        return FORMS[self.rubrique.code]

    def save(self, form: Any, expected_version: int) -> Diagnostic:
        return services.update_rubrique(
            self.object, self.rubrique.code, form.values(), actor=self.actor, expected_version=expected_version
        )

    def _next(self):
        position = RUBRIQUES.index(self.rubrique)
        return RUBRIQUES[position + 1] if position + 1 < len(RUBRIQUES) else None

    def get_page_title(self) -> str:
        return self.rubrique.titre

    def get_success_message(self) -> str:
        return f"La rubrique « {self.rubrique.titre} » est enregistrée."

    def get_success_url(self) -> str:
        if self.request.POST.get("suite") == "rubrique":
            following = self._next()
            if following:
                return reverse("structures:diagnostic_rubrique", args=[self.object.pk, following.code])
            return reverse("structures:besoin_nouveau", args=[self.object.pk])
        return _url(self.object, f"#rubrique-{self.rubrique.code}")

    def get_cancel_url(self) -> str:
        return _url(self.object)

    def get_context(self, **context: Any) -> dict[str, Any]:
        following = self._next()
        return super().get_context(
            structure=self.object.structure,
            diagnostic=self.object,
            number=RUBRIQUES.index(self.rubrique) + 1,
            total=len(RUBRIQUES),
            following=following.titre if following else "un besoin",
            **context,
        )


# --- Needs ----------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def besoin_nouveau(request: HttpRequest, pk: int) -> HttpResponse:
    """Inscribe a need."""
    diagnostic = _diagnostic(request, pk)
    services.ensure_writable(diagnostic, request.actor)
    form = BesoinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.add_besoin(diagnostic, form.values(), actor=request.actor)
        except InvalidInput as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, "Le besoin est inscrit.")
            if request.POST.get("suite") == "besoin":
                return redirect("structures:besoin_nouveau", pk)
            return redirect(_url(diagnostic, "#besoins"))
    context = {
        "diagnostic": diagnostic,
        "structure": diagnostic.structure,
        "form": form,
        "page_title": "Inscrire un besoin",
        "cancel_url": _url(diagnostic, "#besoins"),
        "new": True,
        "conflict": None,
        "besoin": None,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "structures/diagnostics/besoin.html", context, status=status)


def _besoin(request: HttpRequest, pk: int) -> Besoin:
    found = Besoin.objects.visible_to(request.actor).select_related("diagnostic__structure", "diagnostic__organisation")
    return get_object_or_404(found, pk=pk)


class BesoinEdit(VersionedUpdateView):
    """Change a need."""

    form_class = BesoinEditForm
    template_name = "structures/diagnostics/besoin.html"
    page_title = "Modifier le besoin"
    success_message = "Le besoin est enregistré."

    def get_object(self) -> Besoin:
        return _besoin(self.request, self.kwargs["pk"])

    def refusal(self, obj: Besoin) -> str:
        return permissions.why_not_write(self.actor, obj.diagnostic) or services.why_frozen(obj.diagnostic)

    def save(self, form: Any, expected_version: int) -> Besoin:
        return services.update_besoin(self.object, form.values(), actor=self.actor, expected_version=expected_version)

    def get_success_url(self) -> str:
        return _url(self.object.diagnostic, "#besoins")

    def get_context(self, **context: Any) -> dict[str, Any]:
        diagnostic = self.object.diagnostic
        return super().get_context(
            diagnostic=diagnostic, structure=diagnostic.structure, new=False, besoin=self.object, **context
        )


@require_POST
def besoin_retirer(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a need out; the journal keeps its text."""
    besoin = _besoin(request, pk)
    services.remove_besoin(besoin, actor=request.actor)
    messages.success(request, "Le besoin est retiré ; le journal garde ce qu’il disait.")
    return redirect(_url(besoin.diagnostic, "#besoins"))


# --- What was shared, what was answered -----------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def reponse(request: HttpRequest, pk: int) -> HttpResponse:
    """Note what the structure answered, by word of mouth or in writing."""
    diagnostic = _diagnostic(request, pk)
    services.ensure_writer(diagnostic, request.actor)
    if diagnostic.state != EtatDiagnostic.PARTAGE:
        raise NotAllowed("Ce diagnostic n’est pas partagé en ce moment : la structure n’a rien à y répondre.")
    form = ReponseForm(request.POST or None, initial={"nom": diagnostic.structure.contact_name})
    if request.method == "POST" and form.is_valid():
        try:
            services.record_reponse(diagnostic, form.answer(), actor=request.actor)
        except InvalidInput as error:
            form.add_error(None, " ".join([error.message, *error.reasons]))
        else:
            messages.success(request, "La réponse de la structure est enregistrée.")
            return redirect(_url(diagnostic, "#reponses"))
    context = {
        "diagnostic": diagnostic,
        "structure": diagnostic.structure,
        "form": form,
        "page_title": "Noter la réponse de la structure",
        "cancel_url": _url(diagnostic),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "structures/diagnostics/reponse.html", context, status=status)


@require_GET
def version(request: HttpRequest, pk: int, numero: int) -> HttpResponse:
    """What was shared with the structure, as it was."""
    diagnostic = _diagnostic(request, pk)
    found = get_object_or_404(diagnostic.versions, numero=numero)
    context = {
        "diagnostic": diagnostic,
        "structure": diagnostic.structure,
        "version": found,
        "contenu": found.contenu,
        "quand": format_datetime(found.partage_le),
        "reponses": presenters.reponse_rows(found.reponses.select_related("partage")),
    }
    return render(request, "structures/diagnostics/version.html", context)


@require_GET
def journal_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What happened to the diagnostic and its needs."""
    diagnostic = _diagnostic(request, pk)
    page = listing.paginate(journal.entries_for(diagnostic), request)
    context = {
        "diagnostic": diagnostic,
        "structure": diagnostic.structure,
        "lines": journal.describe(page.object_list),
        "page": page,
    }
    return render(request, "structures/diagnostics/journal.html", context)
