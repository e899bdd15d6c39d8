"""The agenda of a session, and the opinions on each ingénierie."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.decorators import method_decorator

from core import listing
from core.search import matching
from core.text import whole_number
from core.views.once import sent_once
from engagement.comite import summary
from engagement.comite.enums import EtatSeance
from engagement.comite.forms import AvisMembreForm, AvisPointForm
from engagement.comite.models import AvisMembre
from engagement.comite.services.avis import avis_of, record_point, save_avis_membre
from engagement.comite.services.seances import add_point, move_point, presentables, remove_point
from engagement.comite.views.base import SeanceEdit, SeanceView
from engagement.validation.models import AvisComite
from projects.ingenierie.services import draft_of


class Ajouter(SeanceView):
    """Chooses an ingénierie of the DLA (or where it is associated) for the agenda."""

    writes = True
    anchor = "t-ordre"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        query = request.GET.get("q", "").replace("\x00", "")[:200].strip()
        found = presentables(self.seance.organisation).exclude(points_comite__seance=self.seance)
        if query:
            found = matching(found, query)
        page = listing.paginate(found.select_related("pilote").order_by("-last_activity_at", "-pk"), request)
        return self.page(
            "engagement/comite/point_ajouter.html",
            {
                "q": query,
                "rows": [
                    {"pk": i.pk, "titre": i.titre, "pilote": str(i.pilote), "etape": i.get_state_display(),
                     "type": i.type_court}
                    for i in page.object_list
                ],
                "page": page,
                "counter": page.paginator.counter("ingénierie"),
            },
        )  # fmt: skip

    @method_decorator(sent_once)
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        chosen = whole_number(request.POST.get("ingenierie", ""))
        if chosen is None:
            raise Http404
        ingenierie = get_object_or_404(presentables(self.seance.organisation), pk=chosen)
        point = add_point(self.seance, ingenierie, actor=self.actor)
        messages.success(request, f"« {point} » est à l’ordre du jour.")
        return self.back()


class Retirer(SeanceView):
    """Takes an ingénierie out of the agenda."""

    http_method_names = ["post"]
    anchor = "t-ordre"

    def post(self, request: HttpRequest, pk: int, point: int) -> HttpResponse:
        row = self.find_point()
        remove_point(row, actor=self.actor)
        messages.success(request, f"« {row} » n’est plus à l’ordre du jour.")
        return self.back()


class Deplacer(SeanceView):
    """Moves an ingénierie up or down."""

    http_method_names = ["post"]
    anchor = "t-ordre"

    def post(self, request: HttpRequest, pk: int, point: int) -> HttpResponse:
        move_point(self.find_point(), request.POST.get("sens") == "monter", actor=self.actor)
        return self.back()


class AvisPoint(SeanceEdit):
    """The avis of the comité on one ingénierie, what each member said beside it."""

    form_class = AvisPointForm
    template_name = "engagement/comite/avis_point.html"
    success_message = "L’avis du comité est enregistré ; il compte désormais pour le passage d’étape."
    anchor = "t-avis"

    def get_object(self) -> AvisComite:
        self.point = self.find_point()
        return draft_of(AvisComite, self.point.ingenierie, organisation=self.seance.organisation)

    def refusal(self, obj: AvisComite) -> str:
        if self.seance.state == EtatSeance.TENUE:
            return ""
        return "L’avis du comité s’enregistre une fois que la séance a eu lieu."

    def get_page_title(self) -> str:
        return f"Avis du comité : {self.point}"

    def get_initial(self) -> dict[str, Any]:
        if self.object.seance_id != self.seance.pk:
            return {}
        return {"sens": self.object.sens, "commentaires": self.object.commentaires}

    def get_context(self, **context: Any) -> dict[str, Any]:
        given = AvisMembre.objects.filter(point=self.point).select_related("membre")
        rows = [{"membre": str(a.membre), **summary.cell(a)} for a in given]
        earlier = summary.decisions(self.seance, [self.point])[self.point.pk]
        return super().get_context(
            point=self.point,
            rows=rows,
            counted=summary.counted(list(given)),
            earlier=earlier if earlier.earlier else None,
            **context,
        )

    def save(self, form: AvisPointForm, expected_version: int) -> AvisComite:
        return record_point(self.point, form.values(), actor=self.actor, expected_version=expected_version)


class AvisMembreEdit(SeanceEdit):
    """The opinion of a member, typed by who holds the session."""

    form_class = AvisMembreForm
    success_message = "L’avis du membre est enregistré."
    help_text = (
        "Ce que ce membre a dit en séance, au téléphone ou par courrier. Il peut encore le changer par son lien."
    )
    anchor = "t-avis"

    def get_object(self) -> AvisMembre:
        self.point, self.membre = self.find_point(), self.find_membre()
        return avis_of(self.point, self.membre)

    def get_page_title(self) -> str:
        return f"Avis de {self.membre} : {self.point}"

    def save(self, form: AvisMembreForm, expected_version: int) -> AvisMembre:
        return save_avis_membre(
            self.point, self.membre, form.values(), actor=self.actor, expected_version=expected_version
        )
