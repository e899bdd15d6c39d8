"""Pages of the diagnostic: the whole at a glance, a rubric at a time, the needs, what the structure answers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views import View
from django.views.decorators.http import require_GET, require_POST

from core import journal, listing
from core.errors import DomainError
from core.formats import format_date, format_datetime
from core.lifecycle import available_actions
from core.views.actions import ActionMixin
from core.views.editing import CreateView, VersionedUpdateView
from core.views.once import sent_once
from structures.annuaire.models import Structure
from structures.diagnostics import permissions, presenters, services
from structures.diagnostics.enums import EtatDiagnostic
from structures.diagnostics.forms import FORMS, BesoinEditForm, BesoinForm, ReponseForm
from structures.diagnostics.models import Besoin, Diagnostic, ReponseDiagnostic
from structures.diagnostics.rubriques import BY_CODE, RUBRIQUES


def _visible() -> QuerySet:
    return Diagnostic.objects.select_related("structure", "organisation", "suivi_par")


def _diagnostic(request: HttpRequest, pk: int) -> Diagnostic:
    return get_object_or_404(_visible().visible_to(request.actor), pk=pk)


def _url(diagnostic: Diagnostic, anchor: str = "") -> str:
    return reverse("structures:diagnostic", args=[diagnostic.pk]) + anchor


@require_POST
@sent_once
def nouveau(request: HttpRequest, pk: int) -> HttpResponse:
    """Start a diagnostic of a structure."""
    structure = get_object_or_404(Structure.objects.visible_to(request.actor).select_related("organisation"), pk=pk)
    diagnostic = services.create_diagnostic(structure, actor=request.actor)
    messages.success(request, "Le diagnostic est commencé : écrivez-le rubrique par rubrique, dans l’ordre voulu.")
    return redirect(_url(diagnostic))


class Detail(View):
    """The diagnostic: rubrics, needs, answers, what may be done."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.diagnostic = _diagnostic(request, kwargs["pk"])

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.show()

    def show(self, *, status: int = 200, **context: Any) -> HttpResponse:
        diagnostic, actor = self.diagnostic, self.request.actor
        why_not = permissions.why_not_write(actor, diagnostic) or ""
        reponses = ReponseDiagnostic.objects.filter(partage__diagnostic=diagnostic).select_related("partage")
        context = {
            "diagnostic": diagnostic,
            "structure": diagnostic.structure,
            "etat": diagnostic.get_state_display(),
            "tag": diagnostic.state_tag,
            "depuis": format_datetime(diagnostic.state_since),
            "date": format_date(diagnostic.date),
            "suivi_par": presenters.person(diagnostic.suivi_par),
            "hint": diagnostic.state_hint,
            "rubriques": presenters.rubrique_rows(diagnostic),
            "besoins": presenters.besoin_rows(diagnostic.besoins.select_related("type_prestation", "detail")),
            "reponses": presenters.reponse_rows(reponses),
            "versions": presenters.version_rows(diagnostic),
            "actions": available_actions(diagnostic, actor) if not why_not else [],
            "can_write": not why_not and not diagnostic.why_frozen,
            "can_answer": not why_not and diagnostic.state == EtatDiagnostic.PARTAGE,
            "why_read_only": why_not or diagnostic.why_frozen,
            "refused": None,
            "reason": "",
            **context,
        }
        return render(self.request, "structures/diagnostics/detail.html", context, status=status)


class Etat(ActionMixin, Detail):
    """Share, take back, close, reopen."""

    http_method_names = ["post"]

    def perform(self, action: str, **shown: Any) -> Diagnostic:
        return services.perform_action(self.diagnostic, action, actor=self.request.actor, **shown)

    def refused(self, error: DomainError, reason: str) -> HttpResponse:
        return self.show(status=error.status, refused=error, reason=reason)

    def get_action_url(self, action: str, obj: Diagnostic) -> str:
        # To share is to give to read: the page that sends the link comes next.
        return reverse("accounts:lien_envoyer", args=[services.LIEN, obj.pk]) if action == "partager" else _url(obj)


class RubriqueEdit(VersionedUpdateView):
    """One rubric: saved by itself; people who write another one do not meet."""

    template_name = "structures/diagnostics/rubrique.html"

    def get_object(self) -> Diagnostic:
        if self.kwargs["code"] not in BY_CODE:
            raise Http404
        self.rubrique = BY_CODE[self.kwargs["code"]]
        return _diagnostic(self.request, self.kwargs["pk"])

    def refusal(self, obj: Diagnostic) -> str:
        return permissions.why_not_write(self.actor, obj) or obj.why_frozen

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


class BesoinNouveau(CreateView):
    """Inscribe a need."""

    form_class = BesoinForm
    template_name = "structures/diagnostics/besoin.html"
    page_title = "Inscrire un besoin"
    success_message = "Le besoin est inscrit."

    def get_object(self) -> Diagnostic:
        return _diagnostic(self.request, self.kwargs["pk"])

    def refusal(self, obj: Diagnostic) -> str:
        return permissions.why_not_write(self.actor, obj) or obj.why_frozen

    def save(self, form: BesoinForm) -> Besoin:
        return services.add_besoin(self.object, form.values(), actor=self.actor)

    def get_success_url(self) -> str:
        if self.request.POST.get("suite") == "besoin":
            return reverse("structures:besoin_nouveau", args=[self.object.pk])
        return self.get_cancel_url()

    def get_cancel_url(self) -> str:
        return _url(self.object, "#besoins")

    def get_context(self, **context: Any) -> dict[str, Any]:
        common = {"diagnostic": self.object, "structure": self.object.structure, "new": True, "besoin": None}
        return super().get_context(**common, **context)


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
        return permissions.why_not_write(self.actor, obj.diagnostic) or obj.diagnostic.why_frozen

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


class Reponse(CreateView):
    """Note what the structure answered, by word of mouth or in writing."""

    form_class = ReponseForm
    template_name = "structures/diagnostics/reponse.html"
    page_title = "Noter la réponse de la structure"
    success_message = "La réponse de la structure est enregistrée."

    def get_object(self) -> Diagnostic:
        return _diagnostic(self.request, self.kwargs["pk"])

    def refusal(self, obj: Diagnostic) -> str:
        refusal = permissions.why_not_write(self.actor, obj)
        if refusal is None and obj.state != EtatDiagnostic.PARTAGE:
            return "Ce diagnostic n’est pas partagé en ce moment : la structure n’a rien à y répondre."
        return refusal or ""

    def get_initial(self) -> dict[str, Any]:
        return {"nom": self.object.structure.contact_name}

    def save(self, form: ReponseForm) -> ReponseDiagnostic:
        return services.record_reponse(self.object, form.answer(), actor=self.actor)

    def get_success_url(self) -> str:
        return _url(self.object, "#reponses")

    def get_cancel_url(self) -> str:
        return _url(self.object)

    def get_context(self, **context: Any) -> dict[str, Any]:
        return super().get_context(diagnostic=self.object, structure=self.object.structure, **context)


@require_GET
def version(request: HttpRequest, pk: int, numero: int) -> HttpResponse:
    """What was shared with the structure, as it was."""
    diagnostic = _diagnostic(request, pk)
    found = get_object_or_404(diagnostic.versions, numero=numero)
    context = {
        "diagnostic": diagnostic,
        "structure": diagnostic.structure,
        "version": found,
        "contenu": found.data,
        "quand": format_datetime(found.le),
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
