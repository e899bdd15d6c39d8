"""How consultants enter the demonstration's portfolio: invited, asking to join, or taken over from the former one."""

from __future__ import annotations

import csv
import datetime as dt
import io

from django.core.files.base import ContentFile
from django.db import transaction

from accounts.models import Grant
from accounts.services import link_token, open_link, read_link
from accounts.services.links import OUVERT, status_of
from core import clock
from core.actor import Actor
from core.imports import services as imports
from demo import dates
from demo.directories import siret
from demo.marks import Marks
from demo.people import DOMAIN, World, open_account, phone
from partners.portfolio.fiche.models.blocs import Piece
from partners.portfolio.fiche.models.reprise import Reprise
from partners.portfolio.fiche.services.blocs import note_reading
from partners.portfolio.fiche.services.versions import under_way, verify
from partners.portfolio.invitations.purposes import REFERENT
from partners.portfolio.invitations.services import accept, invite
from partners.portfolio.prestataire.models import Prestataire
from partners.portfolio.prestataire.services import ask_to_join
from partners.portfolio.reprise.services import invite_referent, take_over
from referentiels import lists
from referentiels.models import Departement, Secteur, ThemeAccompagnement

REGION = "24"
#: Of the former portfolio: name, kind, person, sectors, what became of it.
FORMER = (
    ("Sillons et compagnie", "cabinet", "Aurore Beaupré", ("environnement", "social"), "invitee"),
    ("Marceline Duvivier conseil", "independant", "Marceline Duvivier", ("culture",), "a_inviter"),
    ("La Fabrique ligérienne", "cooperative", "Basile Grandchamp", ("insertion", "culture"), "tenue"),
)
_FIRST_NUMBER = 995_000
HEAD = ["Raison sociale", "SIRET", "E-mail du référent", "Type", "Secteurs", "Départements d’intervention", "Thèmes",
        "Références", "Prix par jour HT", "Observations"]  # fmt: skip


def _at(days: int, minutes: int):
    day = dates.next_working_day(clock.today() - dt.timedelta(days=days))
    return clock.replay(dates.moment(min(day, dates.yesterday()), minutes))


def load(marks: Marks, world: World, password: str) -> None:
    """Write what is not there yet."""
    reviewer = world.writers[world.c2ra_of(REGION)][-1]
    adviser = world.writers[world.dla_of("37")][0]
    for number, row in enumerate(FORMER):
        key = f"reprise:{row[0]}"
        if key not in marks:
            with transaction.atomic():
                marks.set(key, _take_over(number, row, reviewer, password))
    for key, days in (("prestataire.attendue", 3), ("prestataire.oubliee", 40)):
        if f"invitation-prestataire:{key}" not in marks:
            with _at(days, 150), transaction.atomic():
                message = "Nous cherchons des prestataires pour un accompagnement collectif : venez présenter le vôtre."
                made = invite(f"{key}@{DOMAIN}", actor=adviser, message=message)
                marks.set(f"invitation-prestataire:{key}", made)
    if "demande-rejoindre" not in marks:
        with _at(2, 210), transaction.atomic():
            marks.set("demande-rejoindre", _ask(marks, world, password))
    if "lectures-cv" not in marks:
        with transaction.atomic():
            _read_cvs(marks, adviser, reviewer)
            marks.set("lectures-cv")
    for actor in {reviewer.user_id: reviewer, adviser.user_id: adviser}.values():
        key = f"import-prestataires:{actor.user_id}"
        if key not in marks:
            with transaction.atomic():
                marks.set(key, _preview(marks, actor))


def _address(person: str) -> str:
    return f"{person.lower().replace(' ', '.').replace('é', 'e')}@{DOMAIN}"


def _take_over(number: int, row: tuple, reviewer: Actor, password: str) -> Prestataire:
    name, kind, person, secteurs, fate = row
    with _at(6, 60 + 9 * number):
        made = take_over(
            {
                "siret": siret(_FIRST_NUMBER + number),
                "raison_sociale": name,
                "kind": kind,
                "contact_name": person,
                "contact_email": _address(person),
                "commune": ("Blois", "Vendôme", "Amboise")[number],
                "presentation": "Accompagnement d’associations employeuses (texte de l’ancienne fiche).",
                "secteurs": [lists.by_code(Secteur)[code] for code in secteurs],
                "departements": [lists.by_code(Departement)[code] for code in ("37", "41")],
                "references": [{"annee": clock.today().year - 4, "client": "Un DLA", "objet": "Projet associatif."}],
            },
            actor=reviewer,
            source=f"Import de « portefeuille-2006.xlsx », ligne {number + 2}",
        )
    if fate == "a_inviter":
        return made
    with _at(5, 60 + 9 * number):
        invitation = invite_referent(Reprise.objects.get(prestataire=made), actor=reviewer)
    if fate == "tenue":
        first, last = person.split(" ", 1)
        with _at(4, 60):
            user = open_account(first, last, _address(person), password, None, phone=phone(7100))
            token = link_token(invitation)
            accept(open_link(read_link(token), token), user)
            verify(under_way(made), "identite", actor=Actor.for_user(user))
    return made


def _ask(marks: Marks, world: World, password: str):
    """Somebody who knows the SIRET of a prestataire asks its référent to let her in."""
    user = open_account("Fantine", "Deschaumes", f"fantine.deschaumes@{DOMAIN}", password,
                        world.administrator, fonction="consultante", phone=phone(7101))  # fmt: skip
    there = Prestataire.objects.get(pk=marks.id_of("prestataire:atelier-des-possibles"))
    return ask_to_join(there, actor=Actor.for_user(user))


def _read_cvs(marks: Marks, *readers: Actor) -> None:
    there = marks.id_of("prestataire:atelier-des-possibles")
    cv = Piece.objects.filter(fiche__prestataire=there, nature="cv", fiche__publications__isnull=False)
    for number, reader in enumerate(readers):
        found = cv.select_related("fiche__prestataire").order_by("pk").first()
        with _at(9 - 4 * number, 120):
            note_reading(found, actor=reader)


def _preview(marks: Marks, actor: Actor):
    """A file of the former portfolio, checked and not confirmed yet: each kind of line is in it."""
    known = Prestataire.objects.get(pk=marks.id_of("prestataire:atelier-des-possibles"))
    theme = lists.items(ThemeAccompagnement)[0].label
    rows = [
        ["Brigitte et Fils formation", siret(996_001), f"brigitte@{DOMAIN}", "Cabinet", "Sport ; Culture", "37 ; 41",
         theme, "2019 | Conseil départemental | Projet associatif", "650", "bons retours"],
        ["Collectif des Mauges", siret(996_002), f"mauges@{DOMAIN}", "Association", "Social", "45", "", "", "480", ""],
        [known.name, known.siret, f"atelier@{DOMAIN}", "", "", "", "", "", "", "déjà là ?"],
        ["Atelier des possible", siret(996_003), f"possible@{DOMAIN}", "Indépendant", "", "37", "", "", "", ""],
        ["Les Deux Clochers", "123 456 789 00012", f"clochers@{DOMAIN}", "", "", "", "", "", "", ""],
        ["Horizon loire", siret(996_004), "adresse à retrouver", "", "", "", "", "", "", ""],
        ["Passerelles 45", siret(996_005), f"passerelles@{DOMAIN}", "Coach", "Sport", "", "", "en 2019", "", ""],
    ]  # fmt: skip
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows([HEAD, *rows])
    file = ContentFile(out.getvalue().encode("utf-8-sig"), name="portefeuille-2006-suite.csv")
    source = imports.start_import("prestataires", file, actor=actor)
    # Checked at once: the demonstration does not wait for its own worker.
    imports.check_now(source, actor)
    return source


def invitation_link(marks: Marks) -> str:
    """The token of an invitation that waits, to a fiche taken over; ``""`` when there is none any more."""
    pks = marks.starting("reprise:").values()
    for grant in Grant.objects.filter(purpose=REFERENT, object_id__in=pks).order_by("pk"):
        if status_of(grant) == OUVERT:
            return link_token(grant)
    return ""
