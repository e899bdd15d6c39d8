"""What the dossier says of an ingénierie collective under the headings of a fiche expérience."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django.urls import reverse

from accounts.enums import OrganisationKind
from capitalisation.recits.proposition import Proposition
from capitalisation.recits.valeurs import euros
from core.formats import format_days, format_number, plural
from engagement.budget.summary import budget_of, realisation_of
from engagement.objectifs.summary import objectifs_of
from engagement.partenaires.models import PartenaireProjet
from engagement.presentation.models import ActionStructures
from engagement.rendezvous.enums import EtatRendezvous, Presence
from missions.conventions.models import Convention
from missions.conventions.services.avenants import termes_of
from missions.seances.enums import NatureSeance
from missions.seances.models import ParticipantSeance, Seance
from projects.identification.models import Problematique
from projects.ingenierie.mobilisation import Mobilisation
from projects.ingenierie.models import Ingenierie

_MANY = {
    NatureSeance.LANCEMENT: ("réunion de lancement", "réunions de lancement"),
    NatureSeance.COLLECTIVE: ("séance collective", "séances collectives"),
    NatureSeance.INDIVIDUELLE: ("séance individuelle", "séances individuelles"),
    NatureSeance.THEMATIQUE: ("réunion thématique", "réunions thématiques"),
    NatureSeance.SEMINAIRE: ("séminaire", "séminaires"),
    NatureSeance.RESTITUTION: ("restitution", "restitutions"),
}


def enumere(words: Iterable[object]) -> str:
    """« a, b et c »."""
    told = [str(word) for word in words if str(word).strip()]
    return " et ".join(filter(None, (", ".join(told[:-1]), told[-1]))) if told else ""


def propositions(ingenierie: Ingenierie) -> dict[str, Proposition]:
    """By code of rubrique; a fixed number of queries for each mission."""
    reader = _Reader(ingenierie)
    found = {
        "type": reader.type(),
        "problematique": reader.problematique(),
        "objectifs": reader.objectifs(),
        "systeme_intervenant": reader.systeme(),
        "cout": reader.cout(),
        "nombre": reader.nombre(),
        "territoire": reader.territoire(),
        "secteur": reader.secteur(),
        "seances": reader.seances(),
        "contenus": reader.contenus(),
        "contenus_points": reader.points(),
    }
    return {code: told for code, told in found.items() if told is not None and told.valeur}


class _Reader:
    def __init__(self, ingenierie: Ingenierie) -> None:
        self.i = ingenierie
        rows = Convention.objects.signed().standing().filter(ingenierie=ingenierie)
        self.missions = list(rows.select_related("choix__prestataire").order_by("pk"))
        self.action = ActionStructures.objects.filter(ingenierie=ingenierie).prefetch_related("details").first()

    def url(self, route: str) -> str:
        return reverse(route, args=[self.i.pk])

    def type(self) -> Proposition | None:
        code = self.i.type_ingenierie
        if not code:
            return None
        return Proposition({"code": code, "precision": ""}, "type d’ingénierie", self.url("projects:identite"))

    def problematique(self) -> Proposition | None:
        p = Problematique.objects.filter(ingenierie=self.i.pk).first()
        if p is None:
            return None
        told = [p.contexte.strip(), p.besoins.strip()]
        if p.origines_labels:
            told.append("D’où vient le besoin :\n" + "\n".join(f"- {label}" for label in p.origines_labels))
        text = "\n\n".join(filter(None, told))
        return Proposition(text, "problématique", self.url("projects:problematique"))

    def objectifs(self) -> Proposition:
        points = [one.texte for one in objectifs_of(self.i.pk).operationnels]
        return Proposition(points, "objectifs opérationnels", self.url("engagement:objectifs"))

    def systeme(self) -> Proposition | None:
        count = len({m.choix.prestataire_id for m in self.missions})
        with_ = PartenaireProjet.objects.filter(ingenierie=self.i, systeme_intervenant=True, prestataire__isnull=True)
        partners = enumere(with_.select_related("partenaire").order_by("pk"))
        told = plural(count, "prestataire") if count else ""
        if partners:
            told = f"{told}, avec {partners}" if told else partners
        if not told:
            return None
        return Proposition(told, "conventions et partenaires", self.url("engagement:partenaires"))

    def payeurs(self) -> str:
        """« 4 DLA associés », « C2RA / 5 DLA »."""
        ours = [self.i.pilote, *self.i.associes.all()]
        dla = sum(1 for one in ours if one.kind == OrganisationKind.DLA)
        told = []
        if any(one.kind == OrganisationKind.C2RA for one in ours):
            told.append("C2RA")
        if dla:
            told.append(f"{dla} DLA associés" if dla > 1 else "1 DLA")
        return " / ".join(told)

    def cout(self) -> Proposition | None:
        """The price of the conventions, else what the budget plans; the other one is kept as a note."""
        budget = budget_of(self.i.pk)
        regime = budget.cadre.regime
        prices = [termes_of(m).prix.selon(regime) for m in self.missions]
        agreed = sum(prices, Decimal(0)) if prices and None not in prices else None
        planned = realisation_of(self.i.pk, regime) or None
        amount = agreed or planned
        if not amount:
            return None
        note = ""
        if agreed and planned and agreed != planned:
            note = (
                f"Le budget prévoyait {euros(planned)} {budget.regime} de prestations, les conventions en disent "
                f"{euros(agreed)}."
            )
        row = {"libelle": self.payeurs(), "montant": str(amount), "taxes": budget.regime, "jours": None}
        if agreed:
            return Proposition([row], "prix des conventions", self.url("missions:conventions"), note)
        return Proposition([row], "budget, prestations extérieures", self.url("engagement:budget"), note)

    def nombre(self) -> Proposition | None:
        m = Mobilisation.of(self.i)
        if not m.confirmees:
            return None
        came = (
            ParticipantSeance.objects.filter(
                seance__convention__in=self.missions,
                seance__state=EtatRendezvous.TENUE,
                presence__in=(Presence.PRESENT, Presence.EN_PARTIE),
                structure__isnull=False,
            )
            .order_by()
            .values("structure")
            .distinct()
            .count()
        )
        told = []
        if m.annoncees and m.annoncees != m.confirmees:
            told.append(f"{format_number(m.annoncees)} annoncées")
        if came and came != m.confirmees:
            told.append(f"{format_number(came)} venues à une séance au moins")
        note = (
            f"{plural(m.confirmees, 'structure confirmée', 'structures confirmées')} ; {enumere(told)}." if told else ""
        )
        return Proposition(
            {"valeur": m.confirmees, "precision": "structures" if m.confirmees > 1 else "structure"},
            "structures confirmées",
            self.url("projects:structures"),
            note,
        )

    def territoire(self) -> Proposition | None:
        places = enumere(row.label for row in self.i.departements.all())
        return Proposition(places, "départements concernés", self.url("projects:identite")) if places else None

    def secteur(self) -> Proposition | None:
        told = enumere(self.i.secteurs.all())
        return Proposition(told, "secteurs d’activité", self.url("projects:identite")) if told else None

    def seances(self) -> Proposition | None:
        """Those that were held, by kind: how many, how long, where."""
        held = Seance.objects.filter(convention__in=self.missions, state=EtatRendezvous.TENUE).order_by("debut", "pk")
        by_kind: dict[str, list[Seance]] = {}
        for row in held:
            by_kind.setdefault(row.nature, []).append(row)
        if not by_kind:
            return None
        rows = [self._kind(kind, found) for kind, found in by_kind.items()]
        note, done = "", sum((Decimal(row["jours"]) for row in rows if row["jours"]), Decimal(0))
        agreed = sum((m.jours for m in self.missions if m.jours), Decimal(0))
        if agreed and done and agreed != done:
            note = f"Les conventions prévoient {format_days(agreed)}, les séances tenues en font {format_days(done)}."
        url = reverse("missions:seances", args=[self.i.pk, self.missions[0].pk])
        return Proposition(rows, "séances tenues de la mission", url, note)

    @staticmethod
    def _kind(kind: str, rows: list[Seance]) -> dict[str, str | None]:
        days = sum((row.jours for row in rows if row.jours), Decimal(0))
        places = list(dict.fromkeys(row.lieu.strip() for row in rows if row.lieu.strip()))
        told = plural(len(rows), *_MANY[NatureSeance(kind)])
        if len(places) > 1:
            told += f", en {len(places)} lieux"
        titles = list(dict.fromkeys(row.titre.strip() for row in rows if row.titre.strip()))
        return {
            "titre": told,
            "jours": str(days) if days else None,
            "texte": "\n".join(f"- {title}" for title in titles),
        }

    def contenus(self) -> Proposition | None:
        codes = [row.code for row in self.i.themes.all()]
        if not codes:
            return None
        return Proposition({"codes": codes, "precision": ""}, "thèmes de l’ingénierie", self.url("projects:identite"))

    def points(self) -> Proposition | None:
        if self.action is None:
            return None
        points = [row.label for row in self.action.details.all()]
        points += [line.strip(" -–•\t") for line in self.action.contenus.splitlines() if line.strip(" -–•\t")]
        return Proposition(points, "action auprès des structures", self.url("engagement:action"))
