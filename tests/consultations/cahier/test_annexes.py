"""The diagnostic and the plan of a structure go with the cahier des charges only with its consent, and frozen."""

from __future__ import annotations

import datetime as dt
import io

import pikepdf
import pytest
from django.urls import reverse

from accounts import services as accounts
from accounts.services.links import LinkClosed, holder
from consultations.cahier import accords, annexes, content, sections, services
from consultations.cahier.annexes import DOCUMENT_ANNEXE
from consultations.cahier.annexes_documents import viewable
from consultations.cahier.comparison import differences
from consultations.cahier.models import AnnexeDiffusee, AnnexeStructure, VersionDiffusee
from consultations.cahier.services import DOCUMENT_DIFFUSE
from core.documents.docx import render_docx
from core.documents.frozen import kept_document
from core.errors import EditConflict, InvalidInput, NotAllowed, StaleState
from core.files import default_storage
from core.models import FrozenError, JournalEntry
from tests.consultations import slot
from tests.consultations.slot import SYSTEM, again
from tests.factories import actor_of, diagnostic_of, individuelle_of, member, plan_of
from tests.pdf import pdf_text

AGREED = {"accord_le": dt.date(2026, 11, 20), "accord_par": "La présidente"}


def first(cahier):
    return cahier.structures_presentees().order_by("pk").first()


def test_what_is_annexed_is_frozen_with_the_version_and_travels_in_its_sealed_pdf(db, run_jobs):
    cahier = slot.diffused_with_annexes()
    run_jobs()

    version = VersionDiffusee.objects.get()
    diagnostic, plan = AnnexeDiffusee.objects.all()
    document = kept_document(version, DOCUMENT_DIFFUSE)
    assert document.sealed_by and kept_document(plan, DOCUMENT_ANNEXE).sealed_by
    with default_storage.open(document.storage_key) as file:
        pdf = file.read()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        inside = set(opened.attachments)
    assert {kept_document(row, DOCUMENT_ANNEXE).filename for row in (diagnostic, plan)} < inside
    text = " ".join(pdf_text(pdf).split())
    assert "Outillage opérationnel" in text and "Trois points." in text
    assert "16 jours collectifs sur site" in text.replace("\u00a0", " ")
    assert "présidente" not in version.contenu and "présidente" not in diagnostic.contenu
    with pytest.raises(FrozenError):
        diagnostic.delete()
    # Who reads the version reads what went with it; a neighbour does not.
    assert viewable({plan.pk}, actor_of(member(cahier.ingenierie.pilote))) == {plan.pk}
    assert viewable({plan.pk}, actor_of(member(pilot_of_nobody()))) == set()
    # What is shared later does not change what left.
    assert "Les missions de chacun" in diagnostic.contenu
    assert [a["accord"] for a in version.data["annexes_structures"]] == ["2026-11-20", "2026-11-20"]
    from consultations.cahier.docx import version_docx

    assert render_docx(version_docx(version))
    assert cahier.state == "diffuse"


def test_a_row_needs_its_source_its_text_and_its_consent(cahier):
    one = first(cahier)
    services.update_section(cahier, "annexes", {"diagnostic": "complet"}, actor=SYSTEM)

    def lack(**values):
        row = annexes.save_annexe(cahier, one, values, actor=SYSTEM)
        return annexes.lack_of(row, whole=True, with_file=False)

    assert annexes.lack_of(None, whole=True, with_file=False) == "à préciser"
    assert lack(diagnostic="complet", **AGREED) == "diagnostic à joindre"
    assert lack(diagnostic="synthese") == "synthèse à écrire"
    diagnostic_of(one.structure, shared=True)
    assert lack(diagnostic="complet") == ""
    assert lack(diagnostic="complet", accord_le=None) == "accord à recueillir"
    assert lack(diagnostic="aucun") == ""
    with pytest.raises(InvalidInput, match="aucun plan"):
        lack(plan=True)
    with pytest.raises(InvalidInput, match="futur"):
        lack(accord_le=dt.date(2026, 11, 22))
    told = JournalEntry.objects.filter(verb="consultations.annexe").first()
    assert told.scope_id == cahier.ingenierie_id and "présidente" not in str(told.changes)


def test_nobody_annexes_the_diagnostic_that_another_keeps(cahier, contributor):
    """Each structure is kept by one of the five DLA: another contributes to the cahier without reading it."""
    mine = actor_of(contributor)
    theirs = cahier.structures_presentees().exclude(structure__organisation=contributor.active_membership.organisation)
    one = theirs.order_by("pk").first()
    diagnostic_of(one.structure, shared=True)

    row = annexes.save_annexe(cahier, one, {"diagnostic": "complet", **AGREED}, actor=mine)
    assert row.partage is None and annexes.lack_of(row, whole=True, with_file=False) == "diagnostic à joindre"
    kept = annexes.save_annexe(cahier, one, {"diagnostic": "complet"}, actor=SYSTEM)
    # What its keeper put stays when the other corrects the rest.
    again_row = annexes.save_annexe(cahier, one, {"accord_par": "Le président"}, actor=mine)
    assert again_row.partage == kept.partage is not None


def test_annexes_are_written_while_the_cahier_is_and_two_people_are_told(cahier):
    one = first(cahier)
    row = annexes.save_annexe(cahier, one, {"diagnostic": "aucun"}, actor=SYSTEM, expected_version=0)
    with pytest.raises(EditConflict):
        annexes.save_annexe(cahier, one, {"diagnostic": "synthese"}, actor=SYSTEM, expected_version=0)
    annexes.save_annexe(cahier, one, {"diagnostic": "synthese"}, actor=SYSTEM, expected_version=row.version)
    annexes.save_annexe(cahier, one, {"diagnostic": "aucun"}, actor=SYSTEM)
    valid = services.valider(again(cahier), SYSTEM)
    with pytest.raises(NotAllowed):
        annexes.save_annexe(valid, one, {"diagnostic": "synthese"}, actor=SYSTEM)


def test_the_days_told_four_ways_add_up_to_the_range(cahier):
    def lacks(**values):
        services.update_section(cahier, "calendrier", values, actor=SYSTEM)
        return [m.label for m in sections.missing(again(cahier))]

    assert lacks() == []  # sixteen, from the projet d'intervention
    assert lacks(jours_collectifs_hors=2, jours_individuels_site=4)[0].startswith("une répartition des jours dans la")
    assert lacks(jours_collectifs_site=9, jours_individuels_hors=1) == []
    told = content.build(again(cahier))
    from consultations.cahier.faits import duration_of

    assert dict(duration_of(told))["Répartition"].replace("\u00a0", " ") == (
        "11 jours collectifs (9 sur site, 2 hors site) ; 5 jours individuels (4 sur site, 1 hors site)"
    )


def test_the_cahier_of_one_structure_starts_from_the_mission_that_its_plan_recommends(db):
    from projects.plans.services import attach_ligne
    from structures.plans.services import add_mission

    dossier = individuelle_of()
    ligne = plan_of(dossier.structures_ciblees.get().structure, lignes=1).lignes.get()
    why = "Parce que tout repose sur une personne."
    add_mission(ligne.plan, {"ligne": ligne, "contexte": why, "objectif_general": "Partager la tâche."}, actor=SYSTEM)
    attach_ligne(ligne, dossier, actor=SYSTEM)
    cahier = services.create_cahier(dossier, SYSTEM)
    assert cahier.objectif_general == "Partager la tâche."
    assert cahier.contexte.startswith("Parce que tout repose sur une personne.")
    asked = next(s for s in sections.sections_for(cahier) if s.code == "calendrier")
    assert "jours_individuels_site" in asked.required and "jours_collectifs_site" not in asked.fields


def test_two_diffused_versions_are_compared(diffused, pilot, client_for):
    fresh = services.rectifier(diffused, SYSTEM, "Le délai était trop court.")
    asked = {"appropriation": "Chaque structure écrit son propre schéma."}
    services.update_section(fresh, "contenu", asked, actor=SYSTEM)
    services.diffuser(services.valider(again(fresh), SYSTEM), SYSTEM)
    new, old = VersionDiffusee.objects.all()
    found = differences(old.data, new.data)
    assert [row.label for row in found] == ["Appropriation de la démarche par les structures"]

    url = reverse("consultations:version_differences", args=[diffused.ingenierie_id, 2])
    page = client_for(pilot).get(url).content.decode()
    assert "De la version 1 à la version 2" in page and "son propre schéma" in page
    assert client_for(pilot).get(f"{url}?avec=7").status_code == 404
    assert client_for(member(pilot_of_nobody())).get(url).status_code == 404


def pilot_of_nobody():
    """An organisation that has no part in the dossier."""
    from tests.factories import OrganisationFactory

    return OrganisationFactory()


def test_the_page_of_a_structure_says_what_may_be_annexed_and_keeps_what_was_typed(cahier, pilot, client_for):
    one = first(cahier)
    url = reverse("consultations:annexe", args=[cahier.ingenierie_id, one.pk])
    client = client_for(pilot)
    assert "aucun diagnostic partagé" in client.get(url).content.decode()
    wrong = client.post(url, {"version": "0", "diagnostic": "synthese", "synthese": "Gardé", "accord_le": "2027-01-01"})
    assert wrong.status_code == 422 and "Gardé" in wrong.content.decode()
    typed = {"version": "0", "diagnostic": "synthese", "synthese": "Gardé"}
    done = client.post(url, {**typed, "accord_le": "2026-11-20", "accord_par": "Elle"})
    assert done.status_code == 302 and AnnexeStructure.objects.get().synthese == "Gardé"
    listed = client.get(reverse("consultations:section", args=[cahier.ingenierie_id, "annexes"])).content.decode()
    assert "accord du 20 novembre 2026" in listed.replace("\u00a0", " ")


# --- The consent, by link ---------------------------------------------------------------------------------------------


def asked(cahier, **values):
    """A structure whose synthesis would leave, and the holder of its link."""
    row = annexes.save_annexe(
        cahier, first(cahier), {"diagnostic": "synthese", "synthese": "Trois points.", **values}, actor=SYSTEM
    )
    pilot = actor_of(member(cahier.ingenierie.pilote))
    grant = accounts.send_link(accords.LIEN, row, name="Noa", email="noa@example.org", actor=pilot)
    return row, grant, holder(grant)


def test_a_structure_reads_by_its_link_what_would_leave_and_agrees_or_refuses(cahier, client):
    row, grant, _ = asked(cahier)
    url = reverse("lien", args=[accounts.link_token(grant)])
    page = client.get(url).content.decode()
    assert "La synthèse de votre diagnostic" in page and "Trois points." in page
    assert client.post(url, {"accord": "oui", "qui": "", "version": row.version}).status_code == 422
    no = {"accord": "non", "qui": "Noa, présidente", "mot": "Pas nos comptes.", "version": row.version}
    assert client.post(url, no).status_code == 302
    row.refresh_from_db()
    assert annexes.lack_of(row, whole=False, with_file=False) == "accord refusé" and row.refus_mot
    yes = {"accord": "oui", "qui": "Noa, présidente", "version": row.version}
    assert client.post(url, {**yes, "version": "0"}).status_code == 409, "another page was read"
    assert client.post(url, yes).status_code == 302
    row.refresh_from_db()
    assert (row.accord_par, row.par_lien, row.refus_le) == ("Noa, présidente", True, None)
    assert annexes.lack_of(row, whole=False, with_file=False) == ""
    told = JournalEntry.objects.filter(verb="consultations.annexe_accord")
    assert told.count() == 2 and "présidente" not in str([entry.changes for entry in told])


def test_a_consent_given_by_link_falls_with_what_it_was_about_and_a_typed_one_is_the_last_word(cahier):
    row, _, held = asked(cahier)
    one = first(cahier)
    agreed = accords.answer(row, accord=True, qui="Noa", actor=held, expected_version=row.version)
    same = {"diagnostic": "synthese", "synthese": "Trois points.", "plan": False}
    kept = annexes.save_annexe(cahier, one, {**same, "accord_le": agreed.accord_le, "accord_par": "Noa"}, actor=SYSTEM)
    assert kept.par_lien and kept.accord_le
    longer = {**same, "synthese": "Quatre points.", "accord_le": agreed.accord_le, "accord_par": "Noa"}
    fallen = annexes.save_annexe(cahier, one, longer, actor=SYSTEM)
    assert (fallen.accord_le, fallen.par_lien) == (None, False)
    fallen.cahier, fallen.cible = row.cahier, row.cible
    accords.answer(fallen, accord=False, qui="Noa", actor=held, expected_version=fallen.version)
    typed = annexes.save_annexe(cahier, one, {**longer, **AGREED}, actor=SYSTEM)
    assert typed.accord_le and not typed.par_lien and typed.refus_le is None


def test_the_link_of_another_structure_agrees_to_nothing_nor_once_the_cahier_is_settled(cahier):
    row, _, held = asked(cahier)
    other = annexes.save_annexe(
        cahier, cahier.structures_presentees().order_by("pk")[1], {"diagnostic": "synthese", "synthese": "X", **AGREED},
        actor=SYSTEM,
    )  # fmt: skip
    with pytest.raises(NotAllowed):
        accords.answer(other, accord=True, qui="Noa", actor=held, expected_version=other.version)
    with pytest.raises(NotAllowed):
        accords.answer(row, accord=True, qui="Noa", actor=SYSTEM, expected_version=row.version)
    row = accords.answer(row, accord=True, qui="Noa", actor=held, expected_version=row.version)
    services.valider(again(cahier), SYSTEM)
    row = AnnexeStructure.objects.select_related("cahier__ingenierie", "cible").get(pk=row.pk)
    with pytest.raises((LinkClosed, StaleState)):
        accords.answer(row, accord=False, qui="Noa", actor=held, expected_version=row.version)
