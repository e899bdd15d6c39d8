"""The prestataires of the demonstration: forty, over three régions, in every state. All invented."""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction

from accounts.models import User
from core import clock
from core.actor import Actor
from core.clock import months_after
from core.phones import clean_phone
from demo import data, dates
from demo.directories import FIRST_NAMES, LAST_NAMES, STREETS, siret
from demo.marks import Marks
from demo.people import DOMAIN, OPENED, World, open_account, phone
from partners.portfolio.fiche.models.fiche import FicheVersion
from partners.portfolio.fiche.rubriques import RUBRIQUES
from partners.portfolio.fiche.services.blocs import add_intervenant, add_piece, add_reference
from partners.portfolio.fiche.services.inscription import create_prestataire
from partners.portfolio.fiche.services.remarques import settle
from partners.portfolio.fiche.services.versions import (
    start_version,
    submit,
    under_way,
    update_rubrique,
)
from partners.portfolio.prestataire.models import Prestataire
from partners.portfolio.publication.actualisation import confirm_unchanged
from partners.portfolio.publication.models import Publication
from partners.portfolio.publication.services import deactivate, publish_in_region
from partners.portfolio.relecture.services import add_remark, publish, refuse, send_back
from partners.portfolio.vitrine.models import Ouverture
from partners.portfolio.vitrine.services import set_open
from referentiels import lists
from referentiels.models import (
    Departement,
    FormeJuridique,
    Region,
    Secteur,
    ThemeAccompagnement,
    TypeIntervention,
)

#: Numbers of SIRET above those of the structures.
_FIRST_NUMBER = 900_000
_FORMS = {
    "cabinet": "societe-commerciale", "independant": "entreprise-individuelle",
    "reseau": "union-federation", "association": "association-1901",
    "cooperative": "scop",
}  # fmt: skip
_OPENINGS = (
    "Depuis {annee}, nous accompagnons des associations et des entreprises d’utilité sociale de la région.",
    "Notre équipe intervient auprès de structures employeuses, de la petite association au réseau régional.",
    "Nous aidons des équipes à regarder leur situation en face, puis à choisir.",
)
_METHODS = (
    "Nous partons de ce que les structures savent déjà. Chaque étape se termine par un écrit court, relu avec elles ; "
    "les outils restent à la structure.",
    "Nous alternons temps collectifs et rendez-vous individuels : le groupe apporte la comparaison, le rendez-vous "
    "permet d’appliquer chez soi.",
    "Un diagnostic rapide, deux ou trois scénarios chiffrés, une décision des instances, puis un point à trois mois.",
)
_CLIENTS = ("Un DLA voisin", "Conseil départemental", "Fédération régionale", "Une association employeuse", "Un réseau")
_SUBJECTS = (
    "Réécriture du projet avec le conseil d’administration et les salariés, feuille de route à trois ans.",
    "Analyse du modèle économique et construction d’un tableau de bord partagé.",
    "Accompagnement collectif de six structures, une journée par mois.",
    "Étude de faisabilité d’une activité nouvelle, de l’étude du marché au budget prévisionnel.",
    "Clarification des fonctions entre bénévoles et salariés après un changement de direction.",
)
_EXPERTISES = (
    "Stratégie associative, gouvernance, animation de groupes.",
    "Gestion financière, comptabilité analytique, relations bancaires.",
    "Droit du travail appliqué aux associations, organisation du travail.",
    "Communication, recherche de partenaires, mécénat.",
)


def _pdf(text: str) -> ContentFile:
    """The smallest PDF that shows one line: a document of the demonstration."""
    line = text.encode("latin-1", "replace").replace(b"(", b"[").replace(b")", b"]")
    stream = b"BT /F1 14 Tf 60 760 Td (" + line + b") Tj ET"
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length " + str(len(stream)).encode() + b" >>\nstream\n" + stream + b"\nendstream",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    out, offsets = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n" % number + part + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(parts) + 1, start)
    return ContentFile(out, name="document.pdf")


def pdf_named(text: str, name: str) -> ContentFile:
    """That PDF under a name."""
    content = _pdf(text)
    content.name = name
    return content


class Portfolio:
    """Writes the forty prestataires, each at its dates, by the people of the demonstration."""

    def __init__(self, marks: Marks, world: World, password: str) -> None:
        self.marks = marks
        self.world = world
        self.password = password
        self.today = clock.today()
        self.communes = data.names()["communes"]

    def load(self) -> None:
        """Write those that are not there yet."""
        for number, row in enumerate(data.prestataires()):
            key = f"prestataire:{row['key']}"
            if key in self.marks:
                continue
            with transaction.atomic():
                self.marks.set(key, self._write(row, number))

        self._open()

    def _open(self) -> None:
        """One région, the first of the list, shows its portfolio to the public; the others have not decided."""
        region = lists.by_code(Region)[data.prestataires()[0]["region"]]
        if Ouverture.objects.filter(region=region).exists():
            return
        with self._at(self.today - dt.timedelta(days=12), 3):
            set_open(region, True, actor=self.world.writers[self.world.c2ra_of(region.code)][0], expected_version=0)

    # --- One prestataire --------------------------------------------------------------------------------------------

    def _write(self, row: dict[str, Any], number: int) -> Prestataire:
        random = Random(row["key"])
        opening = OPENED + dates.offset()
        began = {
            "suivi": opening + dt.timedelta(days=3 + number % 4),
            "inactive": self.today - dt.timedelta(days=500 + number),
            "actualiser": self.today - dt.timedelta(days=385 + 9 * (number % 6)),
            "publiee": self.today - dt.timedelta(days=20 + 37 * (number % 9)),
            "publiee-soumise": self.today - dt.timedelta(days=330 + number % 20),
        }.get(row["etat"], self.today - dt.timedelta(days=2 + number % 12))
        reviewer = self.world.writers[self.world.c2ra_of(row["region"])][-1]
        with self._at(began, number):
            user = self._person(row, number, random)
            actor = Actor.for_user(user)
            prestataire = create_prestataire(
                actor=actor,
                siret=siret(_FIRST_NUMBER + number),
                name=row["nom"],
                region=lists.by_code(Region)[row["region"]],
                kind=row["kind"],
            )
            fiche = under_way(prestataire)
            fiche = self._fill(fiche, row, number, random, actor, whole=row["etat"] != "brouillon")
            if row["etat"] == "brouillon":
                return prestataire
            fiche = submit(fiche, actor=actor, expected_state=fiche.state)
        if row["etat"] == "soumise":
            if number % 4 == 2:
                self._answered(fiche, actor, reviewer, began, number)
            return prestataire
        with self._at(began + dt.timedelta(days=1), number):
            self._decide(fiche, row, reviewer)
            if row["etat"] == "completer":
                # Begun to be answered: one demand is dealt with, the others wait.
                settle(fiche.remarques.asked().last(), "Nous attendons un nouveau CV.", actor=actor)
        if row["etat"] in ("suivi", "publiee"):
            self._elsewhere(prestataire, row, began + dt.timedelta(days=2), number)
        if row["etat"] == "suivi":
            self._every_year(prestataire, actor, reviewer, began + dt.timedelta(days=1), number, row)
        elif row["etat"] == "inactive":
            with self._at(began + dt.timedelta(days=90), number):
                deactivate(
                    Publication.objects.get(prestataire=prestataire),
                    actor=reviewer,
                    reason="Le prestataire a cessé d’intervenir dans la région.",
                    expected_state="publiee",
                )
        elif row["etat"] == "publiee-soumise":
            with self._at(self.today - dt.timedelta(days=3), number):
                self._renew(prestataire, actor, changed=True)
        return prestataire

    def _at(self, day: dt.date, number: int):
        return clock.replay(dates.moment(min(dates.next_working_day(day), dates.yesterday()), 20 + 7 * number))

    def _person(self, row: dict[str, Any], number: int, random: Random) -> User:
        first, last = random.choice(FIRST_NAMES), LAST_NAMES[number % len(LAST_NAMES)]
        return open_account(
            first,
            last,
            f"{row['key']}@{DOMAIN}",
            self.password,
            self.world.administrator,
            fonction="consultante" if first[-1] in "ea" else "consultant",
            phone=phone(6000 + number),
        )

    def _fill(
        self, fiche: FicheVersion, row: dict[str, Any], number: int, random: Random, actor: Actor, *, whole: bool
    ) -> FicheVersion:
        themes = [lists.by_code(ThemeAccompagnement)[code] for code in row["themes"]]
        secteurs = [lists.by_code(Secteur)[code] for code in row["secteurs"]]
        region = lists.by_code(Region)[row["region"]]
        around = [d for d in lists.items(Departement) if d.region_id == region.pk]
        commune = self.communes[row["departement"]][number % 5]
        low = 550 + 50 * (number % 8)
        types = lists.items(TypeIntervention)
        values: dict[str, Any] = {
            "raison_sociale": row["nom"],
            "forme_juridique": lists.by_code(FormeJuridique)[_FORMS[row["kind"]]],
            "ape": "7022Z",
            "address": f"{1 + number % 40} {random.choice(STREETS)}",
            "code_postal": commune["code_postal"],
            "commune": commune["nom"],
            "contact_name": actor.label,
            "contact_function": "consultant",
            "contact_email": actor.user.email,
            "contact_phone": clean_phone(phone(6000 + number)),
            "kind": row["kind"],
            "annee_creation": row["annee"],
            "effectif": row["effectif"],
            "tva": "franchise" if row["kind"] == "association" else "assujetti",
            "assureur": "Mutuelle des conseils (fictive)",
            "departements": around if row["effectif"] > 4 else [d for d in around if random.random() < 0.5] or around,
            "regions": [lists.by_code(Region)[code] for code in row["ailleurs"]],
            "reseaux": "Union régionale des accompagnateurs" if number % 3 else "",
            "presentation": _OPENINGS[number % 3].format(annee=row["annee"]),
            "methode": _METHODS[number % 3],
            "individuel": number % 5 != 4,
            "collectif": number % 3 != 1 or number % 5 == 4,
            "secteurs": secteurs,
            "domaines": sorted(
                {t.domaine for t in ThemeAccompagnement.objects.filter(code__in=row["themes"])}, key=str
            ),
            "themes": themes,
            "types": types[number % 3 :],
            "prix_min": low,
            "prix_max": low + 150,
            "frais": "Au réel, sur justificatifs" if number % 2 else "Compris dans la région",
            "public": number % 4 != 0,
            "public_references": number % 4 != 0 and number % 3 != 1,
            "public_prix": number % 8 == 1,
            "charte": True,
        }
        wanted = RUBRIQUES if whole else RUBRIQUES[: 1 + number % 3]
        for rubrique in wanted:
            mine = {name: values[name] for name in (*rubrique.fields, *rubrique.many) if name in values}
            if mine:
                fiche = update_rubrique(fiche, rubrique.code, mine, actor=actor)
        if not whole:
            return fiche
        year = clock.today().year
        for index in range(2 + number % 3):
            add_reference(
                fiche,
                {
                    "annee": year - 1 - index,
                    "client": _CLIENTS[(number + index) % len(_CLIENTS)],
                    "objet": _SUBJECTS[(number + 2 * index) % len(_SUBJECTS)],
                    "theme": themes[index % len(themes)],
                    "jours": 3 + (number + index) % 9,
                    "dla": index % 2 == 0,
                    "collectif": (number + index) % 3 == 0,
                },
                actor=actor,
            )
        for index in range(min(row["effectif"], 1 + number % 3)):
            name = actor.label if index == 0 else f"{random.choice(FIRST_NAMES)} {random.choice(LAST_NAMES)}"
            someone = add_intervenant(
                fiche,
                {
                    "nom": name,
                    "fonction": "consultant",
                    "expertises": _EXPERTISES[(number + index) % 4],
                    "public": number % 4 in (1, 2) and index % 2 == 0,
                },
                actor=actor,
                secteurs=secteurs,
            )
            add_piece(
                fiche, "cv", pdf_named(f"CV fictif de {name}", f"cv-{index + 1}.pdf"), actor=actor, intervenant=someone
            )
        add_piece(fiche, "statuts", pdf_named(f"{row['nom']} : statuts (fictif)", "statuts.pdf"), actor=actor)
        self._insure(fiche, actor, row["nom"])
        return FicheVersion.objects.get(pk=fiche.pk)

    @staticmethod
    def _insure(fiche: FicheVersion, actor: Actor, name: str) -> None:
        until = months_after(clock.today(), 13)
        text = f"{name} : attestation d'assurance (fictive) jusqu'au {until:%d/%m/%Y}"
        add_piece(fiche, "assurance", pdf_named(text, f"assurance-{until.year}.pdf"), actor=actor, expire_le=until)

    def _decide(self, fiche: FicheVersion, row: dict[str, Any], reviewer: Actor) -> None:
        if row["etat"] == "completer":
            self._send_back(fiche, reviewer)
        elif row["etat"] == "refusee":
            refuse(
                fiche,
                actor=reviewer,
                reason="L’activité présentée relève du coaching de personnes, hors du champ des DLA.",
                expected_state="soumise",
            )
        else:
            publish(fiche, actor=reviewer, expected_state="soumise")

    @staticmethod
    def _send_back(fiche: FicheVersion, reviewer: Actor) -> FicheVersion:
        """Demands of each sort: on a reference, on a CV, on the insurance, on a field."""
        reference, someone = fiche.references.first(), fiche.intervenants.first()
        for rubrique, ancre, texte in (
            ("experiences", f"reference-{reference.pk}", "Indiquez ce qui en est resté aux structures."),
            ("ressources", f"cv-{someone.pk}", "Ce CV s’arrête il y a cinq ans : joignez-en un plus récent."),
            ("caracteristiques", "piece_assurance", "L’attestation ne nomme pas votre structure."),
            ("caracteristiques", "departements", "Intervenez-vous vraiment partout ?"),
        ):
            add_remark(fiche, rubrique, ancre, texte, actor=reviewer)
        return send_back(fiche, actor=reviewer, expected_state="soumise")

    def _answered(self, fiche: FicheVersion, actor: Actor, reviewer: Actor, began: dt.date, number: int) -> None:
        """Sent back once, each demand dealt with, in words or not, and sent again."""
        with self._at(began + dt.timedelta(days=1), number):
            fiche = self._send_back(fiche, reviewer)
        with self._at(began + dt.timedelta(days=2), number):
            answers = (
                "Voici l’attestation à notre nom.",
                "Oui, une fois par mois.",
                "C’est ajouté à la référence.",
                "",
            )
            for remarque, reponse in zip(fiche.remarques.asked(), answers, strict=True):
                settle(remarque, reponse, actor=actor)
            submit(fiche, actor=actor, expected_state=fiche.state)

    def _elsewhere(self, prestataire: Prestataire, row: dict[str, Any], day: dt.date, number: int) -> None:
        """What the other régions asked for decide: one of them has not yet."""
        for code in row["ailleurs"]:
            if row["key"] == "alpes-cooperation":
                continue
            with self._at(day, number):
                publication = Publication.objects.get(prestataire=prestataire, region__code=code)
                publish_in_region(
                    publication,
                    actor=self.world.writers[self.world.c2ra_of(code)][-1],
                    expected_state=publication.state,
                )

    def _every_year(
        self, prestataire: Prestataire, actor: Actor, reviewer: Actor, last: dt.date, number: int, row: dict[str, Any]
    ) -> None:
        day = months_after(last, 11)
        while day < self.today - dt.timedelta(days=2):
            with self._at(day, number):
                fiche = self._renew(prestataire, actor)
            with self._at(day + dt.timedelta(days=1), number):
                publish(fiche, actor=reviewer, expected_state="soumise")
            self._elsewhere(prestataire, row, day + dt.timedelta(days=2), number)
            day = months_after(day, 11)

    def _renew(self, prestataire: Prestataire, actor: Actor, *, changed: bool = False) -> FicheVersion:
        fiche = start_version(prestataire, actor=actor)
        self._insure(fiche, actor, prestataire.name)
        if changed:
            update_rubrique(
                fiche,
                "experiences",
                {"methode": fiche.methode + " Depuis cette année, un point à six mois est proposé à chaque structure."},
                actor=actor,
            )
            update_rubrique(fiche, "autres", {"prix_max": fiche.prix_max + 50}, actor=actor)
        return confirm_unchanged(prestataire, actor=actor)


def retained_in(region: Region, random: Random) -> list[Prestataire]:
    """The prestataires of a région that may be retained now, in an order that changes from one story to another."""
    found = list(Prestataire.objects.filter(publications__region=region, publications__state="publiee").order_by("pk"))
    random.shuffle(found)
    return found
