"""The network of partners: by family, added from the directory or inscribed there, described, taken out."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from accounts.annuaires.views import InscribesMixin
from accounts.views.links import LinkView, page_url, told
from core import listing
from core.formats import format_date, format_datetime
from core.text import whole_number
from core.views.actions import posted_version
from core.views.editing import VersionedUpdateView
from engagement.partenaires import network, services
from engagement.partenaires.enums import Genre, Verdict
from engagement.partenaires.forms import EXEMPLES, NouveauPartenaireForm, PartenaireProjetForm, ReponseForm
from engagement.partenaires.known import proposals
from engagement.partenaires.models import ANSWERED, VERDICTS, PartenaireProjet, ReponsePartenaire
from engagement.partenaires.services import Choix, is_blank, proposed
from partners.directory.annuaire import PARTENAIRES
from partners.directory.enums import Famille
from partners.directory.models import Partenaire
from projects.dossier.views.base import IngenierieView
from projects.dossier.views.editing import IngenierieCreate, IngenierieEdit

CHECKS = (
    ("problematique_partagee", "problematique_texte", "Problématique partagée"),
    ("complementaire", "complementaire_texte", "Complémentaire à l’existant"),
    ("interet", "interet_texte", "Intérêt des structures"),
)
PLACES = (
    ("comite_pilotage", "comité de pilotage"),
    ("groupe_travail", "groupe de travail"),
    ("systeme_intervenant", "système intervenant"),
    ("evaluation", "évaluation"),
    ("capitalisation", "capitalisation"),
    ("transfert", "transfert"),
)
TEXTS = (
    ("attentes", "Attentes"),
    ("motivations", "Motivations propres"),
    ("contradictions", "Contradictions"),
    ("prise_en_compte", "Prise en compte"),
    ("contribution_technique", "Contribution technique"),
    ("contribution_financiere", "Contribution financière"),
)
TONES = {Verdict.OUI: "ok", Verdict.NON: "bad", Verdict.A_VOIR: "neutral"}


def _row(p: PartenaireProjet) -> dict[str, Any]:
    checks = [
        {"label": label, "verdict": p_value.label, "tone": TONES[p_value], "text": getattr(p, text)}
        for name, text, label in CHECKS
        for p_value in [Verdict(getattr(p, name))]
    ]
    facts = [(label, getattr(p, name)) for name, label in TEXTS if getattr(p, name)]
    return {
        "pk": p.pk,
        "nom": str(p.partenaire),
        "roles": p.roles,
        "url": reverse("engagement:partenaire", args=[p.ingenierie_id, p.pk]),
        "checks": checks,
        "places": [label for name, label in PLACES if getattr(p, name)],
        "kind": " · ".join(
            filter(None, [p.get_presence_display(), p.get_genre_display() if p.genre not in ("", Genre.AUTRE) else ""])
        ),
        "facts": facts,
        "contribution": ", ".join(
            label.lower().removeprefix("contribution ")
            for name, label in TEXTS
            if "contribution" in name and getattr(p, name)
        ),
        "detailed": bool(facts or any(c["text"] for c in checks)),
    }


class Reseau(IngenierieView):
    """The partners by family, in the order of fiche pratique 3."""

    tab = "partenaires"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        partners = list(self.ingenierie.partenaires_projet.select_related("partenaire"))
        found: dict[str, list[dict[str, Any]]] = {code: [] for code in Famille.values}
        for row in partners:
            found[row.famille].append(_row(row))
        familles = [
            {"code": code, "label": label, "exemples": EXEMPLES[code], "rows": found[code]}
            for code, label in Famille.choices
        ]
        return self.page(
            "engagement/partenaires/partenaires.html",
            {
                "familles": familles,
                "total": len(partners),
                "missing": network.missing(partners),
                "pictures": [draw(self.ingenierie.titre, partners) for draw in (network.wide, network.narrow)]
                if partners
                else [],
                "shapes": [(Famille(code).label, shape) for code, shape in network.SHAPES.items()],
            },
        )


class Ajouter(IngenierieView):
    """Search the directory and associate a partner of it."""

    tab = "partenaires"
    writes = True

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        query = request.GET.get("q", "")[:200]
        famille = request.GET.get("famille", "")
        found = Partenaire.objects.visible_to(self.actor).active().search(query)
        if famille in Famille.values:
            found = found.filter(famille=famille)
        page = listing.paginate(found.with_list_related_data().order_by("search_text", "pk"), request)
        present = set(self.ingenierie.partenaires_projet.values_list("partenaire_id", flat=True))
        rows = PARTENAIRES.rows(page.object_list)
        for row in rows:
            row["present"] = row["pk"] in present
        return self.page(
            "engagement/partenaires/ajouter.html",
            {
                "q": query,
                "famille": famille if famille in Famille.values else "",
                "familles": listing.options([("", "Toutes les familles"), *Famille.choices], famille),
                "rows": rows,
                "page": page,
                "counter": page.paginator.counter("partenaire"),
                "filtered": bool(query or famille),
            },
        )

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        chosen = whole_number(request.POST.get("partenaire", ""))
        if chosen is None:
            raise Http404
        partenaire = get_object_or_404(Partenaire.objects.visible_to(self.actor).active(), pk=chosen)
        try:
            row = services.add_partenaire(self.ingenierie, partenaire, actor=self.actor)
        except services.DejaAssocie as already:
            messages.info(request, already.message)
            row = already.existing
        else:
            messages.success(request, f"« {row} » est associé. Dites son rôle et ce que vous savez de ses attentes.")
        return redirect("engagement:partenaire", pk, row.pk)


class Nouveau(InscribesMixin, IngenierieCreate):
    """Inscribe a partner in the directory and associate it, in one page."""

    annuaire = PARTENAIRES
    tab = "partenaires"
    route = "engagement:partenaires"
    template_name = "engagement/partenaires/nouveau.html"
    form_class = NouveauPartenaireForm

    def get_initial(self) -> dict[str, Any]:
        famille = self.request.GET.get("famille", "")
        return {**super().get_initial(), "famille": famille if famille in Famille.values else None}

    def save(self, form: NouveauPartenaireForm) -> PartenaireProjet:
        return services.add_new_partenaire(
            self.ingenierie,
            form.directory_values(),
            actor=self.actor,
            values=form.project_values(),
            confirmed=self.confirmed,
        )

    def get_success_message(self) -> str:
        return f"« {self.created} » est inscrit à votre annuaire et associé à l’ingénierie."

    def get_success_url(self) -> str:
        if self.created is None:
            return super().get_success_url()
        return reverse("engagement:partenaire", args=[self.ingenierie.pk, self.created.pk])


class Modifier(IngenierieEdit):
    """What is noted of a partner."""

    tab = "partenaires"
    route = "engagement:partenaires"
    form_class = PartenaireProjetForm
    template_name = "engagement/partenaires/partenaire.html"
    success_message = "Le partenaire est à jour."

    def get_object(self) -> PartenaireProjet:
        found = get_object_or_404(
            self.ingenierie.partenaires_projet.select_related("partenaire"), pk=self.kwargs["partenaire"]
        )
        found.ingenierie = self.ingenierie
        return found

    def get_page_title(self) -> str:
        return str(self.object.partenaire)

    def get_proposals(self) -> dict[str, Any]:
        """Permanent or not, and of which kind, from what the application knows of the partner."""
        return proposals(self.object)

    def get_context(self, **context: Any) -> dict[str, Any]:
        return super().get_context(reponses=received(self.object), **context)

    def save(self, form: PartenaireProjetForm, expected_version: int) -> PartenaireProjet:
        return services.update_partenaire(
            self.object, form.values(), actor=self.actor, expected_version=expected_version
        )


class Retirer(IngenierieView):
    """Take a partner out of the ingénierie."""

    tab = "partenaires"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int, partenaire: int) -> HttpResponse:
        row = get_object_or_404(self.ingenierie.partenaires_projet.select_related("partenaire"), pk=partenaire)
        row.ingenierie = self.ingenierie
        name = str(row)
        services.remove_partenaire(row, actor=self.actor, expected_version=posted_version(request))
        messages.success(request, f"« {name} » n’est plus associé à l’ingénierie ; l’annuaire le garde.")
        return redirect("engagement:partenaires", pk)


class Questionnaire(LinkView, VersionedUpdateView):
    """What the partner reads and answers: ``self.object`` is its answer."""

    form_class = ReponseForm
    template_name = "engagement/partenaires/lien_questionnaire.html"

    def get_object(self) -> ReponsePartenaire:
        self.row: PartenaireProjet = self.link.object
        self.sending = self.request.POST.get("action") == "envoyer"
        return services.answer_of(self.row, self.actor)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "famille": self.row.famille, "sending": self.sending}

    def get_context(self, **context: Any) -> dict[str, Any]:
        ingenierie = self.row.ingenierie
        problematique = ingenierie.problematique
        texts = [(label, getattr(problematique, name)) for name, label in (
            ("contexte", "Contexte"), ("enjeux", "Enjeux"), ("besoins", "Besoins repérés"),
        )]  # fmt: skip
        return super().get_context(
            lien=told(self.link),
            titre=ingenierie.titre,
            accroche=ingenierie.accroche,
            partenaire=str(self.row.partenaire),
            pilote=str(ingenierie.pilote),
            texts=[(label, text) for label, text in texts if text.strip()],
            draft=self.object.pk is not None,
            **context,
        )

    def save(self, form: ReponseForm, expected_version: int) -> ReponsePartenaire:
        return services.save_answer(
            self.row, form.values(), actor=self.actor, expected_version=expected_version, send=self.sending
        )

    def get_success_message(self) -> str:
        return "" if self.sending else "C’est enregistré. Reprenez quand vous voulez par le même lien."

    def get_success_url(self) -> str:
        return page_url(self.link.token)


class Reponse(IngenierieView):
    """An answer beside what the dossier says: kept, replaced or added, field by field or whole."""

    tab = "partenaires"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.row = get_object_or_404(
            self.ingenierie.partenaires_projet.select_related("partenaire"), pk=kwargs["partenaire"]
        )
        self.row.ingenierie = self.ingenierie
        self.reponse = get_object_or_404(
            ReponsePartenaire.objects.received().filter(partenaire_projet=self.row), pk=kwargs["reponse"]
        )
        self.reponse.partenaire_projet = self.row

    def _line(self, name: str, asked: set[str]) -> dict[str, Any]:
        label = str(PartenaireProjet._meta.get_field(name).verbose_name)
        noted, told = getattr(self.row, name), getattr(self.reponse, name)
        verdict = name in VERDICTS
        blank = is_blank(self.row, name)
        return {
            "name": name,
            "label": label[:1].upper() + label[1:],
            "noted": "" if blank else (Verdict(noted).label if verdict else noted),
            "told": Verdict(told).label if verdict and told else told,
            "asked": name in asked,
            "same": self.reponse.treated_at is None and bool(told) and told == noted,
            "may_add": not verdict and not blank,
            "chosen": Choix.REMPLACER if blank else Choix.GARDER,
            "taken": name in self.reponse.taken_up,
        }

    def get(self, request: HttpRequest, pk: int, partenaire: int, reponse: int) -> HttpResponse:
        asked = set(proposed(self.reponse, self.row)) if self.reponse.treated_at is None else set()
        lines = [self._line(name, asked) for name in ANSWERED]
        return self.page(
            "engagement/partenaires/reponse.html",
            {
                "nom": str(self.row),
                "row": self.row,
                "reponse": self.reponse,
                "received": format_datetime(self.reponse.sent_at),
                "treated": format_datetime(self.reponse.treated_at),
                "treated_by": str(self.reponse.treated_by or ""),
                "lines": [line for line in lines if line["told"]],
                "silent": ", ".join(line["label"].lower() for line in lines if not line["told"]),
                "open": self.reponse.treated_at is None,
                "nothing": not asked,
            },
        )

    def post(self, request: HttpRequest, pk: int, partenaire: int, reponse: int) -> HttpResponse:
        version = posted_version(request)
        if request.POST.get("action") == "tout":
            services.take_all(self.reponse, actor=self.actor, expected_version=version)
        else:
            choices = {name: request.POST.get(f"choix-{name}", Choix.GARDER) for name in ANSWERED}
            services.take_up(self.reponse, choices, actor=self.actor, expected_version=version)
        messages.success(request, f"La réponse de « {self.row} » est traitée.")
        return redirect("engagement:partenaire", pk, self.row.pk)


def received(row: PartenaireProjet) -> list[dict[str, Any]]:
    """The answers of a partner, newest first, for its page. One query."""
    return [
        {
            "who": r.repondant,
            "date": format_date(r.sent_at),
            "open": r.treated_at is None,
            "treated": format_date(r.treated_at),
            "url": reverse("engagement:reponse", args=[row.ingenierie_id, row.pk, r.pk]),
        }
        for r in row.reponses.received().order_by("-sent_at", "pk")
    ]
