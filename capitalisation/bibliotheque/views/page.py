"""The page of one resource, for whoever may read it: its life and its readers for those who hold them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from capitalisation.bibliotheque import documents, presenters
from capitalisation.bibliotheque.enums import AVEC_FICHIERS, EtatRessource, Lecteurs, Support
from capitalisation.bibliotheque.licences import attribution
from capitalisation.bibliotheque.lifecycle import manques
from capitalisation.bibliotheque.models import Ressource, files_of
from capitalisation.bibliotheque.permissions import why_not_author, why_not_deposit, why_not_hold, why_not_open
from capitalisation.bibliotheque.registry import PANNEAUX
from capitalisation.bibliotheque.services import depot
from capitalisation.bibliotheque.services import lecteurs as circles
from capitalisation.bibliotheque.services import ressources as services
from capitalisation.bibliotheque.views.base import RessourceView
from capitalisation.recits.adresses import adresse
from capitalisation.recits.lecture import Lecture, lecture_de
from capitalisation.recits.models import Recit
from core import journal
from core.documents.docx import docx_response
from core.errors import DomainError
from core.files import file_response
from core.formats import format_date
from core.lifecycle import available_actions
from core.models import JournalEntry
from core.views.actions import ActionMixin
from core.views.once import sent_once
from core.views.open import absolute
from projects.ingenierie.models import Ingenierie

HISTORY = 30


class Page(RessourceView):
    """What it is, what it is worth, what it holds; 404 for whoever may not read it."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.show()

    def show(self, *, status: int = 200, refused: DomainError | None = None, reason: str = "") -> HttpResponse:
        ressource, actor = self.ressource, self.actor
        inside = actor.kind == "user"
        recit = self.recit()
        panneaux = [shown for panel in PANNEAUX if (shown := panel(ressource, actor)) is not None]
        context = {
            "ressource": ressource,
            "panneaux": panneaux,
            "etat": ressource.get_state_display(),
            "sorte": ressource.get_sorte_display(),
            "confiance": presenters.confiance(ressource),
            "facts": presenters.facts(ressource),
            "files": presenters.files(ressource) if ressource.support in AVEC_FICHIERS else [],
            "with_files": ressource.support in AVEC_FICHIERS,
            "lecture": recit,
            "document": documents.DOCUMENT,
            "domaine": presenters.domain(ressource),
            "parties": presenters.questions(ressource),
            "helped": presenters.actions_helped(ressource),
            "ingenierie": self.origin(),
            "inside": inside,
            "is_author": False,
            "acts": False,
            "actions": [],
            "lecteurs": [],
            "archivee": self.archived(),
            "refused": refused,
            "reason": reason,
            **self.public(),
            **(self.life(recit) if inside else {}),
        }
        response = render(self.request, "capitalisation/bibliotheque/page.html", context, status=status)
        if not context["open"]:
            response["X-Robots-Tag"] = "noindex"
        return response

    def public(self) -> dict[str, Any]:
        """What is told to the engines, and to who would use it elsewhere, when everybody reads it."""
        ressource, url = self.ressource, absolute(self.address())
        return {
            "open": ressource.est_publiee and ressource.lecteurs == Lecteurs.PUBLIC,
            "canonical": url,
            "description": " ".join(ressource.resume.split())[:155],
            "citation": attribution(ressource, url),
        }

    def recit(self) -> Lecture | None:
        """The récit it is made of, as it is read now: in the last version that was « arrêtée »."""
        version = documents.version_of(self.ressource)
        return lecture_de(version) if version is not None else None

    def origin(self) -> Ingenierie | None:
        """The ingénierie it comes from, for who may read it."""
        if self.ressource.ingenierie_id is None or self.actor.kind != "user":
            return None
        return Ingenierie.objects.visible_to(self.actor).filter(pk=self.ressource.ingenierie_id).first()

    def written_at(self) -> str:
        """Where its récit is written, for who may; ``""`` when it is made of something else."""
        if self.ressource.recit_id is None:
            return ""
        found = Recit.objects.visible_to(self.actor).filter(pk=self.ressource.recit_id).first()
        return adresse(found) if found is not None else ""

    def archived(self) -> str:
        """Why it was archived, and when; ``""`` when it is not."""
        if self.ressource.state != EtatRessource.ARCHIVEE:
            return ""
        entry = self.entries().filter(verb="capitalisation.ressource.archiver").order_by("-at", "-pk").first()
        since = format_date(self.ressource.state_since)
        return f"Archivée le {since} : {entry.reason}" if entry is not None else f"Archivée le {since}."

    def entries(self):
        return JournalEntry.objects.filter(object_type=Ressource._meta.label_lower, object_id=self.ressource.pk)

    def life(self, recit: Lecture | None) -> dict[str, Any]:
        """What those who hold it see more: what is missing, its life, its readers, what was done."""
        ressource, actor = self.ressource, self.actor
        author = not why_not_author(actor, ressource)
        acts = not why_not_hold(actor, ressource)
        before = author and ressource.state in (EtatRessource.BROUILLON, EtatRessource.A_COMPLETER)
        lacking = manques(ressource) if before else []
        return {
            "is_author": author,
            "acts": acts,
            "can_edit": author and not ressource.why_frozen,
            "can_delete": author and not depot.why_not_delete(ressource),
            "can_take": not why_not_deposit(actor) and actor.organisation is not None,
            "lacking": lacking,
            "actions": available_actions(ressource, actor) if acts else [],
            "brief": "Complétez d’abord ce qui manque." if lacking else "",
            "recit_url": self.written_at() if author else "",
            "lecteurs": presenters.openings(ressource, actor) if acts else [],
            "tus": presenters.unnamed(recit, ressource.recit) if author and recit is not None else [],
            "lue_par": presenters.LUE_PAR[ressource.lecteurs],
            "asked": presenters.A_QUI[ressource.lecteurs_demandes] if ressource.lecteurs_demandes else "",
            "decides": bool(ressource.lecteurs_demandes)
            and not why_not_open(actor, ressource, ressource.lecteurs_demandes),
            "takes_back": bool(ressource.lecteurs_demandes) and not circles.why_not_ask(actor, ressource),
            "lines": journal.describe(self.entries().order_by("-at", "-pk")[:HISTORY]) if author else [],
        }


@method_decorator(require_POST, name="dispatch")
class Cycle(ActionMixin, Page):
    """One action of its life."""

    def perform(self, action: str, **shown: Any) -> Ressource:
        return services.perform_action(self.ressource, action, actor=self.actor, **shown)

    def refused(self, error: DomainError, reason: str) -> HttpResponse:
        return self.show(status=error.status, refused=error, reason=reason)

    def get_action_url(self, action: str, obj: Ressource) -> str:
        return self.address()


class Docx(RessourceView):
    """Its récit as DOCX, for whoever reads it with an account."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        version = documents.version_of(self.ressource)
        if version is None:
            raise Http404
        return docx_response(documents.docx(self.ressource, version))


class Piece(RessourceView):
    """One of its files, for whoever reads the resource: always saved, never opened by the browser."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        piece = next((one for one in files_of(self.ressource) if one.pk == kwargs["piece"]), None)
        if piece is None or self.ressource.support not in AVEC_FICHIERS:
            raise Http404
        return file_response(
            request, key=piece.storage_key, name=piece.original_name, mime=piece.mime, sha256=piece.sha256
        )


@method_decorator(require_POST, name="dispatch")
class Reprendre(RessourceView):
    """Keep a questionnaire of the library among the models of one's organisation."""

    @method_decorator(sent_once)
    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if self.ressource.support != Support.QUESTIONNAIRE:
            raise Http404
        modele, new = depot.take_modele(self.ressource, actor=self.actor)
        where = "Il est proposé quand vous préparez ce questionnaire, dans l’évaluation d’une ingénierie."
        if new:
            messages.success(request, f"« {modele} » est gardé parmi les modèles de votre organisation. {where}")
        else:
            messages.info(request, f"« {modele} » est déjà parmi les modèles de votre organisation. {where}")
        return redirect(self.address())
