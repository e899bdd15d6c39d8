"""The pages of who reads, the same with an account and by a personal link: the declaration, each candidate, the end."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from accounts.views.links import LinkView, page_url
from consultations.appel.models import Appel
from consultations.lecture import permissions
from consultations.lecture.candidats import Candidat, asked, candidats, fait
from consultations.lecture.comparaison import build
from consultations.lecture.forms import DeclarationForm, LectureForm
from consultations.lecture.lire import en_bref
from consultations.lecture.models import Evaluateur, Lecture, Precision
from consultations.lecture.services.lecteurs import declare
from consultations.lecture.services.lectures import finish, lecture_of, missing, save_lecture
from consultations.lecture.views.base import AppelView
from consultations.propositions.models import PropositionOuverte
from consultations.propositions.reading import parties
from core.errors import ConditionsNotMet, EditConflict, InvalidInput, NotAllowed
from core.files import file_response
from core.formats import format_datetime
from core.models import Attachment
from core.text import whole_number
from core.views.editing import conflict_form

_SAVED = "Votre lecture est enregistrée. Vous pouvez la reprendre jusqu’à la décision."


class _Reading:
    """What both sides share. Each gives ``template``, ``evaluateur``, ``appel``, ``actor``, ``render(context, status)``
    and ``place(page, **query)``, the address of a page."""

    evaluateur: Evaluateur
    appel: Appel

    def columns(self) -> list[Candidat]:
        """The candidates she reads: those she set aside are not hers to see."""
        aside = set(self.evaluateur.recusees.values_list("pk", flat=True)) if self.evaluateur.conflit else set()
        return [c for c in candidats(self.appel) if c.invitation.pk not in aside]


class AccueilMixin(_Reading):
    """The declaration first; then the candidates, what is written of each, and « ma lecture est terminée »."""

    def declaration(self, data: Any = None) -> DeclarationForm:
        e = self.evaluateur
        initial = {"version": e.version}
        if e.conflit is not None:
            initial |= {"conflit": "oui" if e.conflit else "non", "mot": e.conflit_mot}
            initial["recusees"] = list(e.recusees.values_list("pk", flat=True))
        return DeclarationForm(data, initial=initial, columns=candidats(self.appel))

    def show(self, form: DeclarationForm | None = None, *, refused: Any = None, status: int = 200) -> HttpResponse:
        e = self.evaluateur
        written = {row.invitation_id: row for row in Lecture.objects.filter(evaluateur=e)}
        rows = [
            {
                "nom": c.nom,
                "bref": en_bref(c.contenu),
                "saved": format_datetime(written[c.invitation.pk].at) if c.invitation.pk in written else "",
                "url": self.place("proposition", c=c.invitation.pk),
            }
            for c in self.columns()
        ]
        return self.render(
            {
                "evaluateur": e,
                "declared": e.conflit is not None,
                "form": form or self.declaration(),
                "asking": form is not None or e.conflit is None or "declarer" in self.request.GET,
                "rows": rows,
                "lacks": missing(e) if e.conflit is not None and not e.enregistre_at else [],
                "saved": format_datetime(e.enregistre_at),
                "refused": refused,
                "comparison": self.place("comparaison") if e.enregistre_at else "",
                "again": self.place() + "?declarer=1",
            },
            status=status,
        )

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.show()

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if request.POST.get("action") == "terminer":
            try:
                finish(self.evaluateur, actor=self.actor)
            except ConditionsNotMet as error:
                return self.show(refused=error, status=error.status)
            messages.success(request, "Votre lecture est terminée, merci. Vous lisez maintenant celles des autres.")
            return redirect(self.place())
        form = self.declaration(request.POST)
        if not form.is_valid():
            return self.show(form, status=422)
        data = form.cleaned_data
        chosen = [c.invitation for c in candidats(self.appel) if c.invitation.pk in data["recusees"]]
        try:
            declare(
                self.evaluateur,
                conflit=data["conflit"] == "oui",
                recusees=chosen,
                mot=data["mot"],
                actor=self.actor,
                expected_version=data["version"],
            )
        except EditConflict as error:
            form.add_error(None, error.message)
            return self.show(form, status=error.status)
        except InvalidInput as error:
            form.add_error(None, error.sentence)
            return self.show(form, status=422)
        messages.success(request, "C’est noté. Vous pouvez lire les propositions.")
        return redirect(self.place())


class SaisieMixin(_Reading):
    """One candidate: its proposition, what it made clear, and the grid to fill."""

    def target(self) -> Candidat:
        """The candidate of the address; 404 for another, or one she set aside."""
        wanted = self.kwargs.get("invitation_pk") or whole_number(self.request.GET.get("c", ""))
        found = next((c for c in self.columns() if c.invitation.pk == wanted), None)
        if found is None:
            raise Http404
        return found

    def form(self, column: Candidat, data: Any = None) -> LectureForm:
        lecture = lecture_of(self.evaluateur, column.invitation)
        initial: dict[str, Any] = {"version": lecture.version}
        if lecture.pk:
            initial |= {a.famille: a.texte for a in lecture.appreciations.all()}
            initial |= {f"note_{n.critere_id}": str(n.note) for n in lecture.notes.all()}
        demande = asked(self.appel)
        criteres = self.evaluateur.grille.criteres.exclude(fait="")
        faits = {c.pk: fait(column, c.fait, self.appel, demande) for c in criteres}
        return LectureForm(data, initial=initial, appel=self.appel, faits=faits)

    def show(self, column: Candidat, form: LectureForm, *, conflict: Any = None, status: int = 200) -> HttpResponse:
        pieces = []
        if column.proposition is not None:
            label = PropositionOuverte._meta.label_lower
            pieces = [
                {"name": row.original_name, "url": self.place("piece", p=row.pk)}
                for row in Attachment.objects.of(label, [column.proposition.pk])
            ]
        return self.render(
            {
                "evaluateur": self.evaluateur,
                "column": column,
                "bref": en_bref(column.contenu),
                "parties": parties(column.contenu),
                "pieces": pieces,
                "precisions": Precision.objects.filter(invitation=column.invitation),
                "form": form,
                "families": form.families(),
                "conflict": conflict,
                "back": self.place(),
            },
            status=status,
        )

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if self.evaluateur.conflit is None:
            return redirect(self.place())
        column = self.target()
        return self.show(column, self.form(column))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        column = self.target()
        form = self.form(column, request.POST)
        if not form.is_valid():
            return self.show(column, form, status=422)
        try:
            save_lecture(
                self.evaluateur,
                column.invitation,
                form.texts(),
                form.marks(),
                actor=self.actor,
                expected_version=form.cleaned_data["version"],
            )
        except EditConflict as error:
            again, conflict = conflict_form(form, error)
            return self.show(column, again, conflict=conflict, status=409)
        except InvalidInput as error:
            form.add_error(None, error.sentence)
            return self.show(column, form, status=422)
        messages.success(request, _SAVED)
        return redirect(self.place())


# --- With an account ------------------------------------------------------------------------------------------------


class _Mine(AppelView):
    """The pages of a person of the DLA who reads; nobody else finds them."""

    opened = True
    template = ""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        found = permissions.evaluator_of(self.actor, self.appel)
        if found is None:
            raise Http404
        found.grille.appel = self.appel
        self.evaluateur = found

    def check_writes(self) -> None:
        super().check_writes()
        if closed := permissions.why_closed(self.appel):
            raise NotAllowed(closed)

    def render(self, context: dict[str, Any], status: int = 200) -> HttpResponse:
        return self.page(self.template, {"appel": self.appel, **context}, status=status)

    def place(self, page: str = "", **query: Any) -> str:
        if page == "piece":
            return reverse("core:piece", args=[query["p"]])
        if page == "proposition":
            return self.address("ma_lecture_proposition", query["c"])
        return self.address({"": "ma_lecture", "comparaison": "comparaison"}[page])


class MaLecture(AccueilMixin, _Mine):
    """My declaration, my readings."""

    template = "consultations/lecture/ma_lecture.html"


class MaLectureProposition(SaisieMixin, _Mine):
    """One candidate, read by me."""

    template = "consultations/lecture/ma_lecture_proposition.html"


# --- By a personal link ---------------------------------------------------------------------------------------------


class _ByLink(LinkView):
    template = ""
    object: Evaluateur

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.evaluateur = self.object
        self.appel = self.object.grille.appel

    def render(self, context: dict[str, Any], status: int = 200) -> HttpResponse:
        return self.page(self.template, {"appel": self.appel, **context}, status=status)

    def place(self, page: str = "", **query: Any) -> str:
        return page_url(self.link.token, page) + (f"?{urlencode(query)}" if query else "")


class Accueil(AccueilMixin, _ByLink):
    """The declaration and the readings of a structure, of a member of the comité de pilotage."""

    template = "consultations/lecture/lien.html"


class Saisie(SaisieMixin, _ByLink):
    """One candidate, read by a link."""

    template = "consultations/lecture/lien_proposition.html"


class Comparee(_ByLink):
    """What everybody wrote, once one's own is finished."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if self.evaluateur.enregistre_at is None:
            return redirect(self.place())
        grid = build(self.appel, mine=self.evaluateur)
        numbers = [column["numero"] for column in grid["colonnes"]]
        wanted = whole_number(request.GET.get("proposition", ""))
        shown = wanted if wanted in numbers else (numbers or [1])[0]
        return self.page(
            "consultations/lecture/lien_comparaison.html",
            {"appel": self.appel, "grid": grid, "shown": shown, "back": self.place()},
        )


class Piece(_ByLink):
    """A file of a proposition that this person reads."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        wanted = whole_number(request.GET.get("p", ""))
        aside = set(self.evaluateur.recusees.values_list("pk", flat=True)) if self.evaluateur.conflit else set()
        mine = [
            c.proposition.pk
            for c in candidats(self.appel)
            if c.proposition is not None and c.invitation.pk not in aside
        ]
        label = PropositionOuverte._meta.label_lower
        piece = next((row for row in Attachment.objects.of(label, mine) if row.pk == wanted), None)
        if piece is None or self.evaluateur.conflit is None:
            raise Http404
        return file_response(
            request, key=piece.storage_key, name=piece.original_name, mime=piece.mime, sha256=piece.sha256
        )
