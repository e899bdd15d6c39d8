"""Writing a proposition: a section or a row by its button, or field by field as one goes (htmx)."""

from __future__ import annotations

import io
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.http import require_POST

from consultations.propositions import contenu
from consultations.propositions.forms import PieceForm, champs_form
from consultations.propositions.models import PieceScellee, Proposition
from consultations.propositions.reading import etape, intervenant
from consultations.propositions.services import brouillon as services
from consultations.propositions.services.depots import present_pieces
from consultations.propositions.views.base import AuteurMixin, WritingMixin
from core import clock
from core.errors import EditConflict, InvalidInput
from core.formats import format_datetime
from core.text import whole_number
from core.uploads.checks import readable_size
from core.views.editing import CreateView, VersionedUpdateView
from core.views.once import sent_once

_NAMES = {"etapes": "étape", "intervenants": "intervenant"}


def champ_rows(form: Any, url: Any) -> list[dict[str, Any]]:
    """The fields of a form, each with the address that saves it alone."""
    return [{"name": bound.name, "field": bound, "url": url(bound.name)} for bound in form.visible_fields()]


class Section(WritingMixin, VersionedUpdateView):
    """One section on one page; people who write another do not meet. Its list of rows, or its files, are on it."""

    template_name = "consultations/propositions/section.html"

    def get_object(self) -> Any:
        self.section = self.section_or_404(self.kwargs["code"])
        # Nothing is started before something is written.
        return self.proposition or Proposition(invitation=self.invitation)

    @property
    def form_class(self):
        return champs_form(self.section.champs)

    def get_initial(self) -> dict[str, Any]:
        return contenu.lus(self.brouillon, self.section.champs)

    def get_page_title(self) -> str:
        return self.section.titre

    def save(self, form: Any, expected_version: int) -> Any:
        return services.save_draft(self.invitation, form.values(), self.actor, expected_version=expected_version)

    def _following(self) -> contenu.Section | None:
        known = contenu.sections(collective=self.collective)
        place = known.index(self.section) + 1
        return known[place] if place < len(known) else None

    def get_success_url(self) -> str:
        following = self._following()
        if self.request.POST.get("suite") == "section" and following:
            return self.route("section", following.code)
        return self.route("accueil")

    def get_cancel_url(self) -> str:
        return self.route("accueil")

    def get_success_message(self) -> str:
        return f"« {self.section.titre} » est enregistré dans votre brouillon."

    def get_context(self, **context: Any) -> dict[str, Any]:
        form, liste = context["form"], self.section.liste
        draft = self.brouillon
        rows = [
            (etape(n, row) if liste == "etapes" else intervenant(row)) for n, row in enumerate(draft.get(liste, []), 1)
        ]
        base = {
            **self.base_context(),
            "section": self.section,
            "following": self._following(),
            "etat": self.etat(),
            "champs": champ_rows(form, lambda name: self.route("champ", self.section.code, name)),
            "liste": liste,
            "rows": [
                {
                    "bloc": bloc,
                    "url": self.route("ligne", liste, bloc.cle),
                    "move": self.route("bouger", liste, bloc.cle),
                    "first": n == 0,
                    "last": n == len(rows) - 1,
                }
                for n, bloc in enumerate(rows)
            ],
            "add_url": self.route("ajouter", liste) if liste else "",
            "proposables": self._proposables(draft) if liste == "intervenants" else [],
            "pieces": piece_rows(self) if self.section.code == "note" else [],
            "piece_form": PieceForm(auto_id="piece-%s") if self.section.code == "note" else None,
        }
        return super().get_context(**{**base, **context})

    def _proposables(self, draft: dict[str, Any]) -> list[dict[str, Any]]:
        there = {row["nom"] for row in draft["intervenants"]}
        found = services.proposables(self.invitation)
        return [{"pk": i.pk, "nom": i.nom, "fonction": i.fonction} for i in found if i.nom not in there]


def piece_rows(view: AuteurMixin) -> list[dict[str, Any]]:
    """The files of the draft, for their author."""
    pieces = present_pieces(view.proposition) if view.proposition is not None else []
    return [
        {
            "nom": piece.fiche["nom"],
            "taille": readable_size(piece.taille),
            "url": view.route("piece", piece.pk),
            "remove": view.route("piece_retirer", piece.pk),
        }
        for piece in pieces
    ]


class Ligne(WritingMixin, VersionedUpdateView):
    """One stage, or one intervenant, on a page of its own: it works on a phone."""

    template_name = "consultations/propositions/ligne.html"

    def get_object(self) -> Any:
        self.liste, self.cle = self.kwargs["liste"], self.kwargs["cle"]
        self.row = self.row_or_404(self.liste, self.cle)
        return self.proposition

    @property
    def form_class(self):
        return champs_form(contenu.LISTES[self.liste])

    def get_initial(self) -> dict[str, Any]:
        return contenu.lus(self.row, contenu.LISTES[self.liste])

    def get_page_title(self) -> str:
        rows = self.brouillon[self.liste]
        place = next((n for n, row in enumerate(rows, 1) if row[contenu.CLE] == self.cle), 1)
        name = _NAMES[self.liste]
        return f"{name[:1].upper()}{name[1:]} {place}"

    def save(self, form: Any, expected_version: int) -> Any:
        return services.save_row(
            self.invitation, self.liste, self.cle, form.values(), actor=self.actor, expected_version=expected_version
        )

    def get_success_url(self) -> str:
        return self.route("section", self.liste)

    def get_success_message(self) -> str:
        return "C’est enregistré dans votre brouillon."

    def get_context(self, **context: Any) -> dict[str, Any]:
        base = {
            **self.base_context(),
            "section": contenu.BY_CODE[self.liste],
            "champs": champ_rows(context["form"], lambda name: self.route("ligne_champ", self.liste, self.cle, name)),
            "move": self.route("bouger", self.liste, self.cle),
        }
        return super().get_context(**{**base, **context})


@method_decorator(require_POST, name="dispatch")
class Champ(WritingMixin, View):
    """One field saved as one leaves it: htmx only; the answer says so beside the field."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        champ = kwargs["champ"]
        save = self._row(kwargs["liste"], kwargs["cle"]) if "cle" in kwargs else self._section(kwargs["code"])
        if champ not in self.champs:
            raise Http404
        form = champs_form((champ,))(request.POST)
        if not form.is_valid():
            return self.answer(champ, " ".join(str(e) for found in form.errors.values() for e in found), status=422)
        version = form.cleaned_data["version"]
        before = {name: self.brouillon.get(name, "") for name in ("prix_ht", "prix_ttc")}
        try:
            saved = save({champ: form.cleaned_data.get(champ)}, version)
        except EditConflict as error:
            who = error.entries[-1].actor_label if error.entries else "Quelqu’un"
            text = (
                f"{who} a changé ce champ en même temps que vous. Votre saisie est gardée ci-dessus, elle n’est pas "
                "enregistrée : cliquez sur « Enregistrer » pour comparer."
            )
            return self.answer(champ, text, status=409)
        except InvalidInput as error:
            return self.answer(champ, error.message, status=422)
        self.proposition = saved
        draft = saved.brouillon
        others = [
            champs_form((name,))(initial=contenu.lus(draft, (name,)))[name]
            for name, was in before.items()
            if name != champ and draft.get(name, "") != was
        ]
        text = f"Enregistré dans votre brouillon, {format_datetime(clock.now())}"
        return self.answer(champ, text, version=saved.version, others=others)

    def _section(self, code: str) -> Any:
        self.champs = self.section_or_404(code).champs
        return lambda values, version: services.save_draft(
            self.invitation, values, self.actor, expected_version=version
        )

    def _row(self, liste: str, cle: str) -> Any:
        self.row_or_404(liste, cle)
        self.champs = contenu.LISTES[liste]
        return lambda values, version: services.save_row(
            self.invitation, liste, cle, values, actor=self.actor, expected_version=version
        )

    def answer(
        self, champ: str, text: str, *, version: int | None = None, others: Any = (), status: int = 200
    ) -> HttpResponse:
        context = {
            "champ": champ,
            "text": text,
            "ok": status == 200,
            "version": version,
            "others": [
                {"field": other.as_widget(attrs={"class": "form-control", "hx-swap-oob": "true"})} for other in others
            ],
        }
        return render(self.request, "consultations/propositions/champ.html", context, status=status)


@method_decorator(require_POST, name="dispatch")
class Ajouter(WritingMixin, View):
    """Add an empty row, and write it on its page."""

    @method_decorator(sent_once)
    def post(self, request: HttpRequest, pk: int, liste: str) -> HttpResponse:
        if liste not in contenu.LISTES:
            raise Http404
        cle = services.add_row(self.invitation, liste, {}, actor=self.actor)
        return redirect(self.route("ligne", liste, cle))


@method_decorator(require_POST, name="dispatch")
class Bouger(WritingMixin, View):
    """A row goes up, down, or out."""

    @method_decorator(sent_once)
    def post(self, request: HttpRequest, pk: int, liste: str, cle: str) -> HttpResponse:
        self.row_or_404(liste, cle)
        sens = request.POST.get("sens", "")
        if sens not in ("monter", "descendre", "retirer"):
            raise Http404
        services.move_row(self.invitation, liste, cle, sens, actor=self.actor)
        if sens == "retirer":
            messages.success(request, "La ligne est retirée.")
        return redirect(self.route("section", liste))


@method_decorator(require_POST, name="dispatch")
class Reprendre(WritingMixin, View):
    """Take up intervenants of the published fiche."""

    @method_decorator(sent_once)
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        keys = [key for value in request.POST.getlist("intervenants") if (key := whole_number(value)) is not None]
        try:
            services.take_intervenants(self.invitation, keys, actor=self.actor)
        except InvalidInput as error:
            messages.error(request, error.message)
        else:
            messages.success(request, "Ils sont dans votre proposition : précisez leur expérience sur ce thème.")
        return redirect(self.route("section", "intervenants"))


class PieceAjouter(WritingMixin, CreateView):
    """Join a file, encrypted as it arrives."""

    template_name = "consultations/propositions/piece_ajouter.html"
    form_class = PieceForm
    error_field = "fichier"
    submit_label = "Joindre"
    page_title = "Joindre un fichier"
    success_message = "Le fichier est joint à votre brouillon, chiffré."

    def save(self, form: PieceForm) -> PieceScellee:
        return services.add_piece(self.invitation, form.cleaned_data["fichier"], self.actor)

    def get_success_url(self) -> str:
        return self.route("section", "note") + "#pieces"

    def get_context(self, **context: Any) -> dict[str, Any]:
        return super().get_context(**{**self.base_context(), **context})


@method_decorator(require_POST, name="dispatch")
class PieceRetirer(WritingMixin, View):
    """Take a file off the draft."""

    def post(self, request: HttpRequest, pk: int, piece_pk: int) -> HttpResponseRedirect:
        piece = get_object_or_404(PieceScellee, pk=piece_pk, proposition=self.proposition, retiree_at=None)
        services.remove_piece(piece, actor=self.actor)
        messages.success(request, "Le fichier est retiré du brouillon.")
        return redirect(self.route("section", "note") + "#pieces")


class Piece(AuteurMixin, View):
    """One's own file, deciphered."""

    def get(self, request: HttpRequest, pk: int, piece_pk: int) -> HttpResponseBase:
        piece = get_object_or_404(PieceScellee, pk=piece_pk, proposition=self.proposition)
        fiche = piece.fiche
        content = io.BytesIO(services.read_piece(piece))
        response = FileResponse(content, as_attachment=True, filename=fiche["nom"], content_type=fiche["mime"])
        response["Cache-Control"] = "private, no-store"
        response["X-Content-Type-Options"] = "nosniff"
        return response
