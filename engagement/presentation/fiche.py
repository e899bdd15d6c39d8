"""The presentation sheet of an ingénierie in the common language of 000, fiche pratique 5.

Nothing is typed for it: every line is read from the dossier, so it is always current, and a line that says nothing
yet knows where it is written. The page, the PDF, the DOCX and the comité d'appui's file are drawn from :func:`build`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse

from core.documents import Column, Table
from core.formats import NBSP, format_date, format_days, format_money_plain, format_number, plural
from core.registry import Registry
from engagement.budget.enums import NatureCharge
from engagement.budget.jours import jours_dits
from engagement.budget.summary import budget_of
from engagement.objectifs.summary import objectifs_of
from engagement.partenaires.models import PartenaireProjet
from engagement.partenaires.summary import partenaires_of
from engagement.presentation.models import ActionStructures
from projects.enums import EtatMobilisation
from projects.identification.models import Ciblage, Problematique
from projects.ingenierie.mobilisation import Mobilisation
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.services import draft_of
from projects.structures_ciblees.models import StructureCiblee
from structures.annuaire.totaux import totaux_of

#: So many structures in the sheet; the others are counted.
SHOWN = 60
_LEFT = (EtatMobilisation.DECLINEE, EtatMobilisation.RETIREE)


@dataclass(frozen=True, slots=True)
class Intervention:
    """What the projet d'intervention fixes: it takes the place of what was envisaged."""

    jours: Decimal | None = None
    jours_individuels: Decimal | None = None
    periode: str = ""
    duree: str = ""
    rythme: str = ""
    systeme: str = ""
    animation: str = ""
    url: str = ""


#: A higher floor tells the interventions that are fixed: ``ids -> {pk: Intervention}``.
INTERVENTIONS: Registry[Callable[[Collection[int]], dict[int, Intervention]]] = Registry("interventions fixées")


@dataclass(frozen=True, slots=True)
class Ligne:
    """One line of the sheet: its wording in fiche pratique 5, what the dossier says, where that is written.

    ``table`` goes below the text. A line that is not ``required`` may say nothing without being missed.
    """

    label: str
    text: str
    url: str
    where: str
    required: bool = True
    table: Table | None = None

    @property
    def told(self) -> bool:
        return bool(self.text.strip() or self.table)

    @property
    def missing(self) -> bool:
        return self.required and not self.told


@dataclass(frozen=True, slots=True)
class Groupe:
    """A heading of a part (« Humains ») and its lines."""

    label: str
    lignes: tuple[Ligne, ...]


@dataclass(frozen=True, slots=True)
class Partie:
    """One of the five parts of fiche pratique 5."""

    code: str
    titre: str
    groupes: tuple[Groupe, ...]

    @property
    def lignes(self) -> list[Ligne]:
        return [ligne for groupe in self.groupes for ligne in groupe.lignes]


@dataclass(frozen=True, slots=True)
class Fiche:
    """The whole sheet of one ingénierie."""

    ingenierie: Ingenierie
    parties: tuple[Partie, ...]
    identite: tuple[tuple[str, str], ...]

    @property
    def manques(self) -> list[Ligne]:
        """The lines that say nothing yet and should."""
        return [ligne for partie in self.parties for ligne in partie.lignes if ligne.missing]


def _bullets(items) -> str:
    return "\n".join(f"- {' '.join(str(item).split())}" for item in items if str(item).strip())


def _paragraphs(*texts: str) -> str:
    return "\n\n".join(text.strip() for text in texts if text and text.strip())


def _labelled(*pairs: tuple[str, str]) -> str:
    return _bullets(f"{label}{NBSP}: {text}" for label, text in pairs if text and text.strip())


class _Reader:
    """Reads one dossier: a fixed number of queries, whatever its rows."""

    def __init__(self, ingenierie: Ingenierie) -> None:
        self.i = ingenierie
        self.pk = ingenierie.pk
        self.budget = budget_of(self.pk)
        self.action = draft_of(ActionStructures, ingenierie)
        self.fixed = Intervention()
        for provider in INTERVENTIONS:
            self.fixed = provider([self.pk]).get(self.pk, self.fixed)

    def url(self, route: str) -> str:
        return reverse(route, args=[self.pk])

    # --- Problématique, objectifs ---

    def problematique(self) -> Partie:
        p = Problematique.objects.filter(ingenierie=self.pk).first() or Problematique()
        url, where = self.url("projects:problematique"), "la problématique"
        # The same words are often typed for both: they are said once.
        precisions = "" if p.origines_precisions.strip() == p.validation.strip() else p.origines_precisions
        origine = _paragraphs(_bullets(p.origines_labels), precisions)
        lignes = (
            Ligne("Le contexte, les enjeux", _paragraphs(p.contexte, p.enjeux), url, where),
            Ligne("Les besoins repérés", p.besoins, url, where),
            Ligne("L’origine de l’identification des besoins", origine, url, where),
            Ligne("La méthode de validation de la problématique", p.validation, url, where),
        )
        return Partie("problematique", "Problématique soulevée", (Groupe("", lignes),))

    def objectifs(self) -> Partie:
        found = objectifs_of(self.pk)
        url, where = self.url("engagement:objectifs_modifier"), "les objectifs"
        lignes = (
            Ligne("Objectifs stratégiques", _bullets(o.texte for o in found.strategiques), url, where),
            Ligne("Objectifs opérationnels", _bullets(o.texte for o in found.operationnels), url, where),
        )
        return Partie("objectifs", "Objectifs fixés", (Groupe("", lignes),))

    # --- Bénéficiaires ---

    def beneficiaires(self) -> Partie:
        rows = list(
            StructureCiblee.objects.filter(ingenierie=self.pk)
            .exclude(state__in=_LEFT)
            .select_related("structure__departement", "structure__secteur")
            .order_by("structure__search_text", "pk")
        )
        table, text = None, ""
        if rows:
            text = Mobilisation.of(self.i).phrase
            if len(rows) > SHOWN:
                text += f" Les {SHOWN} premières des {len(rows)} qui n’ont ni décliné ni été retirées sont nommées ici."
            elif len(rows) < Mobilisation.of(self.i).reperees:
                text += " Sont nommées ici celles qui n’ont ni décliné ni été retirées."
            if 0 < Mobilisation.of(self.i).confirmees < len(rows):
                # The total of the table counts those that may still come; those that joined are told apart.
                engaged = StructureCiblee.objects.filter(ingenierie=self.pk, state=EtatMobilisation.CONFIRMEE)
                told = totaux_of(engaged, "structure__").phrase
                text += f" Ensemble, celles qui sont engagées : {told}." if told else ""
            table = Table(
                columns=[
                    Column("Nom"),
                    Column("Territoire"),
                    Column("Secteur"),
                    Column("Poids économique et social"),
                    Column("Mobilisation"),
                ],
                rows=[self._structure(row) for row in rows[:SHOWN]],
                total=["Total", "", "", self._weight(len(rows)), ""],
            )
        c = Ciblage.objects.filter(ingenierie=self.pk).first() or Ciblage()
        profil = _labelled(
            ("Territoire", c.territoire),
            ("Secteur", c.secteur),
            ("Projet", c.projet),
            ("Poids", c.poids),
            ("Compétences", c.competences),
        )
        lignes = (
            Ligne("Nom", text, self.url("projects:structures"), "les structures", table=table),
            Ligne("Typologie", profil, self.url("projects:ciblage"), "le ciblage"),
        )
        return Partie("beneficiaires", "Bénéficiaires", (Groupe("", lignes),))

    def _weight(self, count: int) -> str:
        """People and money of all that are left, named or not."""
        rows = StructureCiblee.objects.filter(ingenierie=self.pk).exclude(state__in=_LEFT)
        return totaux_of(rows, "structure__").phrase or f"non précisé ({plural(count, 'structure')})"

    @staticmethod
    def _structure(row: StructureCiblee) -> list[str]:
        s = row.structure
        weight = [f"{format_number(s.etp)}{NBSP}ETP"] if s.etp is not None else []
        if s.benevoles is not None:
            actives = f" dont {plural(s.benevoles_actifs, 'actif')}" if s.benevoles_actifs is not None else ""
            weight.append(plural(s.benevoles, "bénévole") + actives)
        if s.budget is not None:
            weight.append(f"budget de {format_money_plain(s.budget)}")
        return [str(s), str(s.departement), str(s.secteur), ", ".join(weight) or "—", row.get_state_display()]

    # --- Moyens ---

    def moyens(self) -> Partie:
        return Partie(
            "moyens",
            "Moyens mobilisés",
            (
                Groupe("Humains", (self._animation(), self._systeme(), self._partenariat())),
                Groupe("Financiers", self._financiers()),
                Groupe("Logistique, communication", self._logistique()),
            ),
        )

    def _animation(self) -> Ligne:
        i = self.i
        who = [str(i.pilote), *(str(o) for o in i.associes.all())]
        start, end = format_date(i.date_debut), format_date(i.date_fin)
        if start and end:
            period = f"du {start} au {end}"
        else:
            period = f"à partir du {start}" if start else (f"jusqu’au {end}" if end else "")
        days = sum((v.jours for v in self.budget.valorisations if v.acteur == "DLA"), Decimal(0))
        rhythm = self.fixed.animation or self.action.animation
        told = _labelled(
            ("Durée globale de la démarche", period),
            ("Jours", format_days(days) if days else ""),
            ("Rythme", rhythm),
        )
        return Ligne(
            "Animation de la démarche par le DLA et/ou le C2RA",
            _paragraphs(", ".join(who), told) if told else "",
            self.url("engagement:action"),
            "l’action (rythme), la carte d’identité (dates) et le temps valorisé (jours)",
        )

    def _systeme(self) -> Ligne:
        partners = [
            f"{p.nom}{NBSP}: {p.roles}" if p.roles else p.nom
            for family in partenaires_of(self.pk)
            for p in family.partenaires
            if p.systeme_intervenant
        ]
        text = _paragraphs(self.fixed.systeme, _bullets(partners))
        return Ligne(
            "Système intervenant",
            text,
            self.fixed.url or self.url("engagement:partenaires"),
            "les partenaires qui interviennent, puis le projet d’intervention",
        )

    def _partenariat(self) -> Ligne:
        rows = list(
            PartenaireProjet.objects.filter(ingenierie=self.pk).select_related(
                "partenaire__secteur", "partenaire__departement", "partenaire__region"
            )
        )
        table = None
        if rows:
            table = Table(
                columns=[
                    Column("Partenaire"),
                    Column("Typologie"),
                    Column("Rôle dans l’ingénierie"),
                    Column("Territoire d’intervention"),
                ],
                rows=[
                    [
                        str(row.partenaire),
                        ", ".join(filter(None, (row.get_famille_display(), str(row.partenaire.secteur or "").lower()))),
                        row.roles or "—",
                        str(row.partenaire.departement or row.partenaire.region or "national ou non précisé"),
                    ]
                    for row in rows
                ],
            )
        text = plural(len(rows), "partenaire associé", "partenaires associés") if rows else ""
        return Ligne("Partenariat mobilisé", text, self.url("engagement:partenaires"), "les partenaires", table=table)

    def _financiers(self) -> tuple[Ligne, ...]:
        b, url = self.budget, self.url("engagement:budget")
        total = f"{format_money_plain(b.balance.charges)}{NBSP}{b.regime}. {b.balance.phrase}" if b.charges else ""
        table = None
        if b.ressources:
            table = Table(
                columns=[
                    Column("Origine du financement"),
                    Column("Nature"),
                    Column("Montant", number=True),
                    Column("État"),
                ],
                rows=[
                    [
                        r.nom,
                        r.get_nature_display(),
                        format_money_plain(r.compte),
                        "demandé" if r.obtenu is None else "obtenu",
                    ]
                    for r in b.ressources
                ],
                total=["Total", "", format_money_plain(b.balance.ressources), ""],
            )
        outside = sum((c.compte for c in b.charges if c.nature == NatureCharge.REALISATION), Decimal(0))
        return (
            Ligne("Budget", total, url, "le budget"),
            Ligne("Origine du financement", "", url, "le budget", table=table),
            Ligne(
                "Coût des prestations extérieures",
                f"{format_money_plain(outside)}{NBSP}{b.regime}" if outside else "",
                url,
                "le budget",
            ),
        )

    def _logistique(self) -> tuple[Ligne, ...]:
        b, url = self.budget, self.url("engagement:budget")
        codes = (NatureCharge.LOGISTIQUE, NatureCharge.COMMUNICATION)
        costs = _bullets(f"{c.libelle}{NBSP}: {format_money_plain(c.compte)}" for c in b.charges if c.nature in codes)
        given = _bullets(
            f"{v.get_acteur_display()}, {v.qui}{NBSP}: {format_days(v.jours)}"
            + (f", soit {format_money_plain(v.montant)}" if v.montant is not None else "")
            for v in b.valorisations
        )
        return (
            Ligne("Coût ponctuel propre à l’ingénierie", costs, url, "le budget", required=False),
            Ligne(
                "Coût pour le DLA et ses partenaires, les bénéficiaires (valorisation du temps passé)",
                given,
                url,
                "le budget",
                required=False,
            ),
        )

    # --- Action ---

    def action_part(self) -> Partie:
        a, fixed = self.action, self.fixed
        url, where = self.url("engagement:action"), "l’action auprès des structures"
        # What the projet d'intervention fixes is changed there.
        there = (fixed.url or url, "le projet d’intervention")
        days = fixed if fixed.jours else a
        duree, rythme = fixed.duree or a.duree, fixed.rythme or a.rythme
        if fixed.periode:
            duree = f"{fixed.periode}{NBSP}: {duree}" if duree else fixed.periode
        details = list(a.details.select_related("type_prestation")) if a.pk else []
        rows = []
        for theme in self.i.themes.all():
            own = [d.label for d in details if d.type_prestation_id == theme.pk]
            rows.append([theme.label, _bullets(own) or "à préciser"])
        table = Table(
            columns=[Column("Approche globale (type de prestation Enée)"), Column("Approche détaillée")], rows=rows
        )
        contents = Ligne(
            "Contenus abordés lors des interventions",
            a.contenus,
            url if rows else self.url("projects:identite"),
            where if rows else "les thèmes, sur la carte d’identité",
            table=table if rows else None,
        )
        kind = self.i.get_type_ingenierie_display() if self.i.type_ingenierie else ""
        return Partie(
            "action",
            "Action réalisée auprès des structures",
            (
                Groupe(
                    "",
                    (
                        Ligne("Typologie de l’ingénierie", kind, self.url("projects:type"), "le type d’ingénierie"),
                        Ligne("Type d’intervention auprès des structures", _bullets(a.types_labels), url, where),
                    ),
                ),
                Groupe(
                    "Caractéristiques des interventions auprès des structures",
                    (
                        Ligne(
                            "Nombre de journées",
                            jours_dits(days.jours, individuels=days.jours_individuels),
                            *(there if fixed.jours else (url, where)),
                        ),
                        Ligne(
                            "Durée des interventions",
                            duree,
                            *(there if fixed.duree or fixed.periode else (url, where)),
                        ),
                        Ligne("Rythme", rythme, *(there if fixed.rythme else (url, where))),
                    ),
                ),
                Groupe("", (contents,)),
            ),
        )


def build(ingenierie: Ingenierie) -> Fiche:
    """Read the sheet of ``ingenierie`` as its dossier stands now: about twenty queries, whatever its rows."""
    reader = _Reader(ingenierie)
    i = ingenierie
    identite = (
        ("Pilote", str(i.pilote)),
        ("DLA référent", str(i.referent) if i.referent_id and i.referent_id != i.pilote_id else ""),
        ("Associés", ", ".join(str(o) for o in i.associes.all())),
        ("Territoire", ", ".join(str(d) for d in i.departements.all())),
        ("Secteur", ", ".join(str(s) for s in i.secteurs.all())),
        ("Étape", i.get_state_display()),
    )
    return Fiche(
        ingenierie=i,
        parties=(
            reader.problematique(),
            reader.objectifs(),
            reader.beneficiaires(),
            reader.moyens(),
            reader.action_part(),
        ),
        identite=tuple((label, text) for label, text in identite if text),
    )
