"""Who validates the démarche: comité d'appui of each DLA, structure porteuse, its funders."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from core.formats import format_date, format_datetime
from core.models import Attachment
from core.uploads import attach
from engagement.dla import expected_organisations, expected_porteurs
from engagement.validation import permissions, services
from engagement.validation.forms import AvisComiteForm, ReponseAvisForm, ValidationPorteurForm
from engagement.validation.models import AvisComite, ValidationPorteur
from engagement.validation.summary import TONES
from projects.dossier.views.base import IngenierieView
from projects.dossier.views.editing import IngenierieEdit
from projects.enums import SensAvis
from projects.ingenierie.permissions import why_not_pilot
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
        pilots = i.is_open and why_not_pilot(self.actor, i) is None
        rows = []
        for organisation in expected_organisations(i):
            avis = given.get(organisation.pk)
            refusal = permissions.why_not_record_avis(self.actor, i, organisation)
            rows.append(
                {
                    "organisation": str(organisation),
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
                    "repondu": f"Réponse du pilote, par {avis.reponse_par}, {format_datetime(avis.reponse_le)}"
                    if avis and avis.reponse
                    else "",
                    "repondre_url": reverse("engagement:avis_repondre", args=[pk, organisation.pk])
                    if avis and pilots and avis.sens != SensAvis.FAVORABLE
                    else "",
                }
            )
        validations = {v.organisation_id: v for v in ValidationPorteur.objects.filter(ingenierie=i)}
        porteurs = []
        for organisation in expected_porteurs(i):
            found = validations.get(organisation.pk)
            refusal = permissions.why_not_record_porteur(self.actor, i, organisation)
            porteurs.append(
                {
                    "organisation": str(organisation),
                    "porteuse": organisation.structure_porteuse,
                    "pilote": organisation.pk == i.pilote_id,
                    "validation": found,
                    "date": format_date(found.date) if found else "",
                    "financeurs_date": format_date(found.financeurs_date) if found else "",
                    "url": reverse("engagement:porteur", args=[pk, organisation.pk])
                    if not refusal and i.is_open
                    else "",
                }
            )
        return self.page(
            "engagement/validation/validation.html",
            {
                "rows": rows,
                "porteurs": porteurs,
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


class Reponse(IngenierieEdit):
    """What the pilot answers in writing to an opinion that is not favourable."""

    tab = "validation"
    route = "engagement:validation"
    form_class = ReponseAvisForm
    template_name = "engagement/validation/reponse.html"
    success_message = "La réponse est enregistrée : elle se lit avec l’avis."

    def get_object(self) -> AvisComite:
        found = AvisComite.objects.exclude(sens=SensAvis.FAVORABLE).select_related("organisation")
        return get_object_or_404(found, ingenierie=self.ingenierie, organisation=self.kwargs["organisation"])

    def refusal(self, obj: AvisComite) -> str:
        return why_not_pilot(self.actor, self.ingenierie) or ""

    def get_page_title(self) -> str:
        return f"Réponse à l’avis du comité d’appui : {self.object.organisation}"

    def save(self, form: ReponseAvisForm, expected_version: int) -> AvisComite:
        self.object.ingenierie = self.ingenierie
        return services.answer_avis(
            self.object, form.cleaned_data["reponse"], actor=self.actor, expected_version=expected_version
        )


class Porteur(IngenierieEdit):
    """The agreement of the structure porteuse."""

    tab = "validation"
    route = "engagement:validation"
    form_class = ValidationPorteurForm
    success_message = "La validation est enregistrée."
    help_text = (
        "Un accord écrit, même bref, protège l’ingénierie si les priorités ou les personnes changent. "
        "Ses financeurs confirment de leur côté."
    )

    def get_object(self) -> ValidationPorteur:
        expected = {o.pk: o for o in expected_porteurs(self.ingenierie)}
        self.organisation = expected.get(self.kwargs["organisation"])
        if self.ingenierie.is_individuelle or self.organisation is None:
            raise Http404
        return draft_of(ValidationPorteur, self.ingenierie, organisation=self.organisation)

    def refusal(self, obj: ValidationPorteur) -> str:
        return permissions.why_not_record_porteur(self.actor, self.ingenierie, self.organisation) or ""

    def get_page_title(self) -> str:
        return f"Validation par la structure porteuse : {self.organisation.structure_porteuse or self.organisation}"

    def save(self, form: ValidationPorteurForm, expected_version: int) -> ValidationPorteur:
        return services.record_validation(
            self.ingenierie, self.organisation, form.values(), actor=self.actor, expected_version=expected_version
        )
