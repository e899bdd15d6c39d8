"""« Identifier »: the ingénierie opens, its problématique, its structures, the role of the DLA, its type."""

from __future__ import annotations

import datetime as dt
from random import Random

from demo.story import accompagnement
from demo.story.course import Event, Story
from projects.identification import existant
from projects.identification.services import record_existant, update_section
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.services import update_type
from projects.ouverture.services import create_ingenierie
from projects.structures_ciblees import services as structures
from structures.annuaire.enums import Nature

#: Share of the structures of an invented ingénierie that another one already targeted.
SHARED = 0.75
_EVERY_SECTOR = "tous-secteurs"


def events(story: Story) -> list[Event]:
    """What happens before the démarche is engaged."""
    row = story.row
    pb = row["problematique"]
    cible = row["ciblage"]
    told: list[Event] = [
        (0.0, lambda: _open(story)),
        (0.08, lambda: _section(story, "problematique", {"contexte": pb["contexte"], "origines": pb["origines"][:1]})),
        (
            0.22,
            lambda: _section(
                story,
                "problematique",
                {"besoins": pb["besoins"], "enjeux": pb["enjeux"], "origines": pb["origines"]},
            ),
        ),
        (
            0.3,
            lambda: _section(
                story,
                "ciblage",
                {name: cible[name] for name in ("territoire", "exclusif", "secteur", "savoir_faire")},
            ),
        ),
        (0.45, lambda: _section(story, "problematique", _validation(story))),
        (
            0.5,
            lambda: _section(story, "ciblage", {name: cible[name] for name in ("projet", "poids", "competences")}),
        ),
        (0.55, lambda: _existing(story)),
        (0.68, lambda: _type(story)),
    ]
    if not story.passes_over("identifier", "role_dla"):
        told.append((0.6, lambda: _section(story, "role_dla", row["role_dla"])))
    for part in row["structures"]["ventilation"]:
        first = max(2, part["nombre"] * 3 // 5) if part["nombre"] > 6 else part["nombre"]
        told.append((0.35, lambda p=part, n=first: _target(story, p["departement"], n)))
        if first < part["nombre"]:
            told.append((0.62, lambda p=part, n=part["nombre"] - first: _target(story, p["departement"], n)))
    for partial in row["structures"].get("suivi_partiel") or ():
        told.append((0.66, lambda p=partial: _partial(story, p)))
    return told


def _open(story: Story) -> None:
    row = story.row
    start = story.moved(row["debut"])
    if row.get("fin"):
        end = story.moved(row["fin"])
    else:
        end = start + dt.timedelta(days=story.random.randint(400, 560))
        end = max(end, story.today + dt.timedelta(days=story.random.randint(40, 160)))
    referent = story.referent
    story.ingenierie = create_ingenierie(
        actor=story.actor,
        values={
            "titre": row["titre"],
            "accroche": row["accroche"],
            "date_debut": start,
            "date_fin": end,
            "structures_annoncees": row["structures"]["nombre"],
            "referent": story.organisation(referent) if referent else None,
        },
        associes=[story.organisation(key) for key in row["associes"]],
        departements=story.departements(),
        secteurs=story.secteurs(),
        themes=story.themes(),
    )


def _existing(story: Story) -> None:
    """Half of them look for what exists already, and say what they make of it."""
    if Random(f"{story.key}:existant").random() < 0.5:
        return
    found = Ingenierie.objects.get(pk=story.ingenierie.pk)
    near = existant.near(existant.subject_of(found, found.problematique), story.actor)[:2]
    record_existant(
        found,
        actor=story.actor,
        reponse="complementaire",
        commentaire=f"« {near[0].title} » s’adresse à d’autres structures ; son pilote nous a transmis ses documents."
        if near
        else "Rien de proche dans la région ; le C2RA et la fédération le confirment.",
        consultes=[item.key for item in near],
    )


def _validation(story: Story) -> dict[str, str]:
    """How the problématique was validated; what the sources tell of it also says where the demand comes from."""
    text = story.row["problematique"]["validation"]
    return {"validation": text, "origines_precisions": text} if story.attested else {"validation": text}


def _section(story: Story, section: str, values: dict) -> None:
    update_section(story.ingenierie, section, actor=story.actor, expected_version=None, values=values)


def _type(story: Story) -> None:
    motif = story.row.get("type_motif") or (f"{story.row['structures']['note']} {story.row['role_dla']['idee']}")
    story.ingenierie = update_type(
        story.ingenierie, actor=story.actor, expected_version=None, type_ingenierie=story.row["type"], motif=motif
    )


def _target(story: Story, departement: str, number: int) -> None:
    """Target ``number`` structures of a département: some known already, the others inscribed for it."""
    row, random = story.row, story.random
    given = row["structures"]
    already = set(story.ingenierie.structures_ciblees.values_list("structure", flat=True))
    # Those whose diagnostics led to the ingénierie come first.
    chosen = accompagnement.diagnosed(story.directories.marks, story.key)
    if not story.attested:
        known = story.directories.shared(departement, row["secteurs"], number * 4, random)
        chosen = [s for s in known if s.pk not in already][: round(number * SHARED)]
    while len(chosen) < number:
        chosen.append(story.directories.inscribe(departement, _sector(story), random=random, model=given["modele"]))
    actor = story.member(story.keeper(departement))
    origins = row["problematique"]["origines"]
    structures.add_structures(
        Ingenierie.objects.get(pk=story.ingenierie.pk),
        [s.pk for s in chosen],
        actor=actor,
        origine=_ORIGINS[origins[0]],
    )


_ORIGINS = {
    "diagnostics": "Diagnostic du DLA",
    "experience": "Connue du DLA",
    "sollicitation": "Proposée par un partenaire",
    "documentaire": "Repérée dans une étude",
    "prestataires": "Signalée par un prestataire",
    "structures": "A exprimé le besoin",
}


def _sector(story: Story) -> str:
    """The sector of the next structure: that of the file, else one of the ingénierie's, any for all sectors."""
    wanted = [story.row["structures"]["secteur"]] if story.row["structures"]["secteur"] else story.row["secteurs"]
    if _EVERY_SECTOR in wanted:
        return story.random.choice(sorted(story.directories.names["noms"]))
    # The first sector is the one that counts; « tous secteurs » beside another says nothing more.
    return story.random.choices(wanted, [3, *[1] * (len(wanted) - 1)])[0]


def _partial(story: Story, partial: dict) -> None:
    """Others that follow a part of the programme: a school, collectivités."""
    departement = story.row["departements"][0]
    communes = story.directories.names["communes"][departement]
    collectivite = partial["forme"] == "collectivite"
    ids = []
    for index in range(partial["nombre"]):
        commune = communes[index % len(communes)]
        if not collectivite:
            name = f"Lycée professionnel {commune['de']}"
        elif index < len(communes):
            name = f"Commune {commune['de']}"
        else:
            name = f"Communauté de communes du Pays {commune['de']}"
        structure = story.directories.inscribe_other(
            departement,
            story.row["secteurs"][0],
            name,
            partial["forme"],
            commune,
            nature=Nature.COLLECTIVITE if collectivite else Nature.ETABLISSEMENT,
            random=story.random,
        )
        ids.append(structure.pk)
    structures.add_structures(story.ingenierie, ids, actor=story.actor, origine="Suit une partie du programme")
