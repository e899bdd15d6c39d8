"""Who validates the démarche: comité d'appui of each DLA, structure porteuse, its funders."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from core.formats import format_date, format_datetime
from core.models import Attachment
from core.uploads import attach
from engagement.dla import expected_organisations
from engagement.validation import permissions, services
from engagement.validation.forms import AvisComiteForm, ValidationPorteurForm
from engagement.validation.models import AvisComite, ValidationPorteur
from engagement.validation.summary import TONES
from projects.dossier.views.base import IngenierieView
from projects.dossier.views.editing import IngenierieEdit
from projects.ingenierie.services import draft_of


class Validation(IngenierieView):
    """One line per DLA, then the structure porteuse."""

    tab = "validation"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        i = self.ingenierie
        given = {a.organisation_id: a for a in AvisComite.objects.filter(ingenierie=i)}
        files: dict[int, list[dict[str, str]]] = {}
        if given:
            pks = [a.pk for a in given.values()]
            for piece in Attachment.objects.of(AvisComite._meta.label_lower, pks):
                files.setdefault(piece.object_id, []).append(
                    {"name": piece.original_name, "url": reverse("core:piece", args=[piece.pk])}
                )
        rows = []
        for organisation in expected_organisations(i):
            avis = given.get(organisation.pk)
            refusal = permissions.why_not_record_avis(self.actor, i, organisation)
            rows.append(
                {
                    "organisation": str(organisation),
                    "porteuse": organisation.structure_porteuse,
                    "pilote": organisation.pk == i.pilote_id,
                    "url": reverse("engagement:avis", args=[pk, organisation.pk]) if not refusal and i.is_open else "",
                    "avis": avis,
                    "date": format_date(avis.date, weekday=True) if avis else "",
                    "membres": ", ".join(filter(None, map(str.strip, avis.membres.splitlines()))) if avis else "",
                    "sens": avis.get_sens_display() if avis else "",
                    "tone": TONES[avis.sens] if avis else "",
                    "recorded": f"Enregistré par {avis.recorded_by}, {format_datetime(avis.recorded_at)}."
                    if avis
                    else "",
                    "files": files.get(avis.pk, []) if avis else [],
                }
            )
        porteur = draft_of(ValidationPorteur, i)
        return self.page(
            "engagement/validation/validation.html",
            {
                "rows": rows,
                "porteur": porteur,
                "porteur_date": format_date(porteur.date),
                "financeurs_date": format_date(porteur.financeurs_date),
                "structure_porteuse": i.pilote.structure_porteuse,
            },
        )


class Avis(IngenierieEdit):
    """The opinion of the comité d'appui of one DLA."""

    tab = "validation"
    route = "engagement:validation"
    form_class = AvisComiteForm
    template_name = "engagement/validation/avis.html"
    success_message = "L’avis du comité d’appui est enregistré."

    def get_object(self) -> AvisComite:
        expected = {o.pk: o for o in expected_organisations(self.ingenierie)}
        self.organisation = expected.get(self.kwargs["organisation"])
        if self.organisation is None:
            raise Http404
        return draft_of(AvisComite, self.ingenierie, organisation=self.organisation)

    def refusal(self, obj: AvisComite) -> str:
        return permissions.why_not_record_avis(self.actor, self.ingenierie, self.organisation) or ""

    def get_page_title(self) -> str:
        return f"Avis du comité d’appui : {self.organisation}"

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        if not self.object.pk:
            kwargs["instance"].sens = ""
        return kwargs

    def get_proposals(self) -> dict[str, Any]:
        """Those who sat the last time that this comité d'appui gave an opinion."""
        if self.object.pk:
            return {}
        earlier = AvisComite.objects.filter(organisation=self.organisation).exclude(membres="")
        last = earlier.order_by("-date", "-pk").first()
        return {"membres": last.membres} if last else {}

    def save(self, form: AvisComiteForm, expected_version: int) -> AvisComite:
        avis = services.record_avis(
            self.ingenierie,
            self.organisation,
            form.avis_values(),
            actor=self.actor,
            expected_version=expected_version,
        )
        if form.cleaned_data.get("document"):
            attach(avis, form.cleaned_data["document"], actor=self.actor, scope=self.ingenierie)
        return avis


class Porteur(IngenierieEdit):
    """The agreement of the structure porteuse."""

    tab = "validation"
    route = "engagement:validation"
    form_class = ValidationPorteurForm
    page_title = "Validation par la structure porteuse"
    success_message = "La validation est enregistrée."
    help_text = (
        "Un accord écrit, même bref, protège l’ingénierie si les priorités ou les personnes changent. "
        "Ses financeurs confirment de leur côté."
    )

    def get_object(self) -> ValidationPorteur:
        if self.ingenierie.is_individuelle:
            raise Http404
        return draft_of(ValidationPorteur, self.ingenierie)

    def save(self, form: ValidationPorteurForm, expected_version: int) -> ValidationPorteur:
        return services.record_validation(
            self.ingenierie, form.values(), actor=self.actor, expected_version=expected_version
        )
