"""Writing a rubric: the whole page by its button, or field by field as one goes (htmx)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.entreprises import FromDirectoryMixin
from core import clock
from core.errors import EditConflict, InvalidInput
from core.formats import format_datetime
from core.views.editing import VersionedUpdateView
from partners.portfolio.fiche import completeness
from partners.portfolio.fiche.enums import NaturePiece
from partners.portfolio.fiche.forms import FORMS, PieceForm
from partners.portfolio.fiche.models.fiche import FicheVersion
from partners.portfolio.fiche.reading import piece_row, reference_row
from partners.portfolio.fiche.rubriques import RUBRIQUES
from partners.portfolio.fiche.services.verification import to_verify
from partners.portfolio.fiche.services.versions import update_rubrique
from partners.portfolio.fiche.views.base import WritingMixin, WritingView, remark_rows, ring, rubrique_or_404

_PIECES = {
    NaturePiece.ASSURANCE: "Attestation d’assurance (responsabilité civile professionnelle)",
    NaturePiece.STATUTS: "Kbis ou statuts",
    NaturePiece.REFERENCES: "Documents de référence",
    NaturePiece.AUTRE: "Autres documents",
}


def piece_blocks(fiche: FicheVersion, natures: tuple[str, ...]) -> list[dict[str, Any]]:
    """The documents of a rubric, kind by kind, with the form to add one."""
    rows = list(fiche.pieces.select_related("fichier").filter(nature__in=natures, intervenant=None))
    pk = fiche.prestataire_id
    return [
        {
            "nature": nature,
            "title": _PIECES[nature],
            "one": nature in (NaturePiece.ASSURANCE, NaturePiece.STATUTS),
            "rows": [
                piece_row(p, url=reverse("portfolio:piece", args=[fiche.pk, p.pk]))
                | {"remove": reverse("portfolio:piece_retirer", args=[pk, p.pk])}
                for p in rows
                if p.nature == nature
            ],
            "form": PieceForm(nature=nature, auto_id=f"piece-{nature}-%s"),
            "url": reverse("portfolio:piece_ajouter", args=[pk, nature]),
        }
        for nature in natures
        if nature in _PIECES
    ]


def mark_of(name: str, lacking: Collection[str]) -> str:
    """« à remplir », « rempli »; empty for what does not count before a fiche is sent, or what another field says."""
    if name not in completeness.COUNTED:
        return ""
    return "à remplir" if name in lacking else "rempli"


def _short(label: Any) -> str:
    """A label within a sentence: « site internet », « TVA »."""
    text = str(label)
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


class Rubrique(FromDirectoryMixin, WritingMixin, VersionedUpdateView):
    """One rubric on one page; people who write another rubric do not meet."""

    template_name = "portfolio/fiche/rubrique.html"

    def get_object(self) -> FicheVersion:
        self.rubrique = rubrique_or_404(self.kwargs["code"])
        return self.fiche

    @property
    def form_class(self):
        return FORMS[self.rubrique.code]

    def siret(self, data: Any) -> str:
        return self.prestataire.siret

    def get_page_title(self) -> str:
        return self.rubrique.titre

    def save(self, form: Any, expected_version: int) -> FicheVersion:
        return update_rubrique(
            self.object,
            self.rubrique.code,
            {**form.values(), **form.many_to_many()},
            actor=self.actor,
            expected_version=expected_version,
        )

    def _next(self):
        position = RUBRIQUES.index(self.rubrique)
        return RUBRIQUES[position + 1] if position + 1 < len(RUBRIQUES) else None

    def get_success_url(self) -> str:
        pk, suite, following = self.prestataire.pk, self.request.POST.get("suite", ""), self._next()
        if suite == "rubrique" and following:
            return reverse("portfolio:rubrique", args=[pk, following.code])
        if suite == "reference" and "references" in self.rubrique.blocks:
            return reverse("portfolio:reference_nouvelle", args=[pk])
        nature = suite.removeprefix("piece-")
        if nature != suite and nature in self.rubrique.pieces:
            return reverse("portfolio:piece_ajouter", args=[pk, nature])
        return reverse("portfolio:espace_prestataire", args=[self.prestataire.pk])

    def get_cancel_url(self) -> str:
        return reverse("portfolio:espace_prestataire", args=[self.prestataire.pk])

    def get_success_message(self) -> str:
        return f"La rubrique « {self.rubrique.titre} » est enregistrée."

    def get_context(self, **context: Any) -> dict[str, Any]:
        pk = self.prestataire.pk
        remarks: dict[str, list[dict[str, Any]]] = {}
        for row in remark_rows(self.object.remarques.asked().filter(rubrique=self.rubrique.code)):
            remarks.setdefault(row["champ"], []).append(row)
        references, intervenants = [], []
        if "references" in self.rubrique.blocks:
            references = [
                reference_row(r) | {"url": reverse("portfolio:reference", args=[pk, r.pk])}
                for r in self.object.references.select_related("theme")
            ]
        if "intervenants" in self.rubrique.blocks:
            cvs = {p.intervenant_id: p for p in self.object.pieces.select_related("fichier").filter(nature="cv")}
            intervenants = [
                {
                    "nom": i.nom,
                    "fonction": i.fonction,
                    "expertises": i.expertises,
                    "url": reverse("portfolio:intervenant", args=[pk, i.pk]),
                    "cv": piece_row(cvs[i.pk]) if i.pk in cvs else None,
                }
                for i in self.object.intervenants.all()
            ]
        form = context["form"]
        measured = completeness.read_again(self.object)
        lacking = {item.champ for item in completeness.missing(measured)}
        champs = [
            {
                "name": bound.name,
                "field": bound,
                "remarks": remarks.get(bound.name, []),
                "url": reverse("portfolio:champ", args=[pk, self.rubrique.code, bound.name]),
                "mark": mark_of(bound.name, lacking),
                "counts": completeness.SAME_AS.get(bound.name, bound.name) in completeness.COUNTED,
            }
            for bound in form.visible_fields()
        ]
        optional = [champ for champ in champs if not champ["counts"]]
        base = {
            "prestataire": self.prestataire,
            "membre": self.membre,
            "rubrique": self.rubrique,
            "number": RUBRIQUES.index(self.rubrique) + 1,
            "following": self._next(),
            "ring": ring(measured),
            "champs": [champ for champ in champs if champ["counts"]],
            "optional": optional,
            "optional_names": ", ".join(_short(champ["field"].label) for champ in optional),
            "optional_open": getattr(self.request, "typed_is_put_back", False)
            or any(champ["remarks"] or champ["field"].errors for champ in optional),
            "marks": {name: mark_of(name, lacking) for name in ("references", "intervenants")},
            "to_verify": any(r.code == self.rubrique.code for r in to_verify(pk)),
            "general_remarks": remarks.get("", []),
            "references": references,
            "reference_remarks": remarks.get("references", []),
            "intervenants": intervenants,
            "intervenant_remarks": [*remarks.get("intervenants", []), *remarks.get("piece_cv", [])],
            "pieces": [
                block
                | {
                    "remarks": remarks.get(f"piece_{block['nature']}", []),
                    "mark": mark_of(f"piece_{block['nature']}", lacking),
                }
                for block in piece_blocks(self.object, self.rubrique.pieces)
            ],
        }
        return super().get_context(**{**base, **context})


class Champ(WritingView):
    """One field saved as one leaves it: htmx only; the answer says so beside the field."""

    def post(self, request: HttpRequest, pk: int, code: str, champ: str) -> HttpResponse:
        rubrique = rubrique_or_404(code)
        if champ not in (*rubrique.fields, *rubrique.many):
            raise Http404
        form = FORMS[code](request.POST, instance=self.fiche)
        form.fields = {name: field for name, field in form.fields.items() if name in (champ, "version")}
        if not form.is_valid():
            errors = [str(e) for messages in form.errors.values() for e in messages]
            return self.answer(champ, " ".join(errors), status=422)
        value = form.cleaned_data.get(champ)
        try:
            fiche = update_rubrique(
                FicheVersion.objects.get(pk=self.fiche.pk),
                code,
                {champ: list(value) if champ in rubrique.many else value},
                actor=self.actor,
                expected_version=form.cleaned_data["version"],
                only=True,
            )
        except EditConflict as error:
            who = error.entries[-1].actor_label if error.entries else "Quelqu’un"
            text = (
                f"{who} a changé ce champ en même temps que vous. Votre saisie est gardée ci-dessus, elle n’est pas "
                "enregistrée : cliquez sur « Enregistrer » pour comparer."
            )
            return self.answer(champ, text, status=409)
        except InvalidInput as error:
            return self.answer(champ, error.message, status=422)
        return self.answer(champ, f"Enregistré, {format_datetime(clock.now())}", fiche=fiche)

    def answer(self, champ: str, text: str, *, fiche: FicheVersion | None = None, status: int = 200) -> HttpResponse:
        measured = completeness.read_again(self.fiche) if fiche is not None else None
        return render(
            self.request,
            "portfolio/fiche/champ.html",
            {
                "champ": champ,
                "text": text,
                "ok": fiche is not None,
                "version": fiche.version if fiche is not None else None,
                "marked": completeness.SAME_AS.get(champ, champ),
                "mark": mark_of(
                    completeness.SAME_AS.get(champ, champ), {m.champ for m in completeness.missing(measured)}
                )
                if measured is not None
                else "",
                "ring": ring(measured) if measured is not None else None,
            },
            status=status,
        )
