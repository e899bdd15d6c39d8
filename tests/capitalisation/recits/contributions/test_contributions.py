"""Parts of a récit that others write: asked, written as one goes, handed in, taken up text by text."""

from __future__ import annotations

import pytest

from accounts import services as accounts
from capitalisation.recits import dashboard, plans
from capitalisation.recits.apporteurs import connus, proposees
from capitalisation.recits.enums import EtatContribution, Genre
from capitalisation.recits.lecture import lecture_du_jour
from capitalisation.recits.models import Contribution, Rubrique
from capitalisation.recits.personal import of_user
from capitalisation.recits.services import contributions as services
from capitalisation.recits.services import ecriture
from capitalisation.recits.tasks import reminders
from core.errors import EditConflict, InvalidInput, NotAllowed, StaleState
from core.formats import NBSP
from core.models import JournalEntry, OutboxMail
from tests.capitalisation.recits import scene as recits
from tests.capitalisation.recits.contributions import scene
from tests.capitalisation.scene import SYSTEM
from tests.evaluation.synthese.scene import with_structures
from tests.factories import OrganisationFactory, UserFactory, actor_of, ingenierie_of, member, member_actor
from tests.missions import mission
from tests.portal.moments import placed, titles

pytestmark = pytest.mark.django_db


class _Run:
    def check(self) -> None:
        return None


@pytest.fixture(scope="module")
def made(shared):
    def write():
        ingenierie = placed(ingenierie_of(OrganisationFactory(name="DLA du Val")), state="finaliser")
        with_structures(ingenierie, 2)
        return ecriture.begin(ingenierie, Genre.FICHE_EXPERIENCE, actor=SYSTEM)

    return shared(write)


@pytest.fixture
def recit(made, db):
    return recits.fresh(made)


def rubrique(recit, code):
    return Rubrique.objects.get(recit=recit, code=code)


# --- Asking -------------------------------------------------------------------------------------------------------


def test_those_whom_the_dossier_knows_are_proposed_with_whom_to_write_to(recit):
    one, two = connus(recit.ingenierie)
    assert (one.sorte, one.organisme) == ("structure", str(one.structure)) and one.email.endswith("@example.org")
    assert two.cle != one.cle
    assert "contenus_points" in proposees(recit, "prestataire") and "seances" in proposees(recit, "prestataire")
    # What is chosen or counted is not asked by link.
    assert "cout" not in proposees(recit, "prestataire") and "contenus" not in proposees(recit, "prestataire")


def test_the_prestataire_of_a_signed_mission_is_proposed_by_who_signed_for_it():
    convention = mission.signed()
    found = [one for one in connus(convention.ingenierie) if one.sorte == "prestataire"]
    assert [(one.organisme, one.cle) for one in found] == [(str(convention.choix.prestataire), convention.pk)]
    assert found[0].email


def test_it_is_asked_once_by_address_for_rubriques_of_the_layout(recit):
    row = scene.asked(recit, rubriques=["seances", "cout", "inconnue", "seances"])
    assert row.rubriques == ["seances"] and row.etat == EtatContribution.DEMANDEE
    assert scene.grant(row).recipient_email == "elle@example.org"
    with pytest.raises(InvalidInput, match="déjà demandée"):
        scene.asked(recit, email="ELLE@example.org")
    with pytest.raises(InvalidInput, match="au moins une rubrique"):
        scene.asked(recit, email="autre@example.org", rubriques=["cout"])
    assert Contribution.objects.count() == 1


def test_only_the_team_asks_and_takes_up_and_only_while_the_recit_is_written(recit):
    row = scene.written(scene.asked(recit))
    stranger = member_actor(OrganisationFactory())
    with pytest.raises(NotAllowed):
        scene.asked(recit, actor=stranger, email="autre@example.org")
    with pytest.raises(NotAllowed):
        scene.taken(row, "seances", "ecarter", actor=stranger)
    with pytest.raises(NotAllowed):
        services.forget(row, actor=stranger, expected_version=None)
    recits.arrete(recits.ecrit(recit))
    row = scene.read(row)
    with pytest.raises(NotAllowed, match="reprenez l’écriture"):
        scene.asked(row.recit, email="autre@example.org")
    with pytest.raises(NotAllowed, match="reprenez l’écriture"):
        scene.taken(row, "seances", "ajouter")
    assert scene.taken(row, "seances", "ecarter").suites["seances"]["choix"] == "ecarter"


# --- Writing ------------------------------------------------------------------------------------------------------


def test_what_is_written_on_the_way_is_kept_and_handed_in_once_something_is_said(recit):
    row = scene.asked(recit)
    with pytest.raises(InvalidInput, match="au moins une"):
        services.write(row, {"seances": "  "}, rendre=True, actor=scene.by_link(row), expected_version=None)
    row = scene.written(row, rendre=False, seances="Deux journées")
    assert row.etat == EtatContribution.DEMANDEE and row.apports == {"seances": "Deux journées"}
    assert not OutboxMail.objects.filter(template=services.MAIL_RENDUE).exists()
    row = scene.written(row, contenus_points="- la presse")
    assert row.etat == EtatContribution.RENDUE and set(row.apports) == {"seances", "contenus_points"}


def test_handed_in_who_answers_for_the_dossier_learns_it_with_the_digest_and_finds_it_at_home(recit):
    user = member(recit.organisation)
    placed(recit.ingenierie, charge_mission=user)
    row = scene.written(scene.asked(recit))
    scene.written(row, seances="Trois journées")
    sent = OutboxMail.objects.get(template=services.MAIL_RENDUE)
    assert (sent.to, sent.urgent) == (user.email, False)
    assert titles(dashboard.contributions, user) == [recit.titre]
    scene.taken(scene.taken(row, "seances", "remplacer"), "contenus_points", "ecarter")
    assert titles(dashboard.contributions, user) == []


def test_a_text_of_html_or_with_a_mark_is_only_a_text(recit):
    row = scene.written(scene.asked(recit), problematique="<script>alert(1)</script> ⟦s:1⟧ ici")
    assert row.apports["problematique"] == "<script>alert(1)</script> [s:1] ici"
    with pytest.raises(InvalidInput, match="trop long"):
        scene.written(row, problematique="x" * (services.TEXTE_MAX + 1))


def test_nobody_else_writes_it_and_a_link_opened_in_two_windows_loses_nothing(recit):
    row, other = scene.asked(recit), scene.asked(recit, email="lui@example.org")
    with pytest.raises(NotAllowed):
        services.write(row, {"seances": "Prise"}, rendre=True, actor=scene.by_link(other), expected_version=None)
    shown = row.version
    services.write(row, {"seances": "Un"}, rendre=False, actor=scene.by_link(row), expected_version=shown)
    with pytest.raises(EditConflict):
        services.write(row, {"seances": "Deux"}, rendre=False, actor=scene.by_link(row), expected_version=shown)
    assert scene.read(row).apports == {"seances": "Un"}


def test_the_recit_arrete_meanwhile_his_text_is_kept(recit):
    row = scene.asked(recit)
    recits.arrete(recits.ecrit(recit))
    assert scene.written(row).etat == EtatContribution.RENDUE


def test_names_addresses_and_texts_are_not_in_the_journal(recit):
    row = scene.written(scene.asked(recit), seances="Chez Elle Exemple")
    told = " ".join(str(entry.changes) for entry in JournalEntry.objects.filter(object_id=row.pk))
    assert "elle@example.org" not in told and "Elle Exemple" not in told


# --- Taking up ----------------------------------------------------------------------------------------------------


def test_each_text_enters_by_its_forme_with_a_role_as_its_source(recit):
    row = scene.written(
        scene.asked(recit), seances="Deux journées", contenus_points="- la presse\n\n• le site", problematique="Ici"
    )
    for code in row.rubriques:
        row = scene.taken(row, code, "remplacer")
    assert rubrique(recit, "contenus_points").valeur == ["la presse", "le site"]
    assert rubrique(recit, "seances").valeur[0]["texte"] == "Deux journées"
    written = rubrique(recit, "problematique")
    assert (written.valeur, written.source, written.source_detail) == ("Ici", "structure", "")
    assert row.etat == EtatContribution.REPRISE
    assert "Exemple" not in str(lecture_du_jour(recit).parties)


def test_added_after_what_is_there_the_two_sources_are_said(recit):
    values = {"valeur": "D’abord.", "source": "dossier", "source_detail": "diagnostics"}
    ecriture.write(recit, "problematique", values, actor=SYSTEM)
    ecriture.write(recit, "contenus_points", {"valeur": ["un"], "source": "structure"}, actor=SYSTEM)
    row = scene.written(scene.asked(recit), contenus_points="deux", problematique="Ensuite.")
    scene.taken(scene.taken(row, "problematique", "ajouter"), "contenus_points", "ajouter")
    written = rubrique(recit, "problematique")
    assert written.valeur == "D’abord.\n\nEnsuite."
    assert (written.source, written.source_detail) == ("structure", "avec le dossier de l’ingénierie, diagnostics")
    assert rubrique(recit, "contenus_points").valeur == ["un", "deux"]


def test_two_members_who_take_up_at_once_the_second_is_told(recit):
    row = scene.written(scene.asked(recit))
    there = rubrique(recit, "seances").version
    seen = {"actor": SYSTEM, "expected_version": row.version, "rubrique_version": there}
    services.take_up(row, "seances", "remplacer", **seen)
    with pytest.raises(StaleState):
        services.take_up(row, "seances", "ajouter", **seen)
    assert len(rubrique(recit, "seances").valeur) == 1


def test_a_rubrique_written_meanwhile_is_never_overwritten_silently(recit):
    row = scene.written(scene.asked(recit))
    there = rubrique(recit, "contenus_points").version
    ecriture.write(recit, "contenus_points", {"valeur": ["entre-temps"]}, actor=SYSTEM)
    with pytest.raises(StaleState, match="modifiée entre-temps"):
        services.take_up(
            row, "contenus_points", "remplacer", actor=SYSTEM, expected_version=row.version, rubrique_version=there
        )
    assert rubrique(recit, "contenus_points").valeur == ["entre-temps"] and not scene.read(row).suites


def test_what_is_not_handed_in_empty_or_decided_is_not_taken_up(recit):
    row = scene.written(scene.asked(recit), rendre=False, seances="Deux")
    with pytest.raises(InvalidInput, match="pas encore rendue"):
        scene.taken(row, "seances", "remplacer")
    row = scene.written(row)
    with pytest.raises(InvalidInput, match="Rien n’est écrit"):
        scene.taken(row, "problematique", "remplacer")
    with pytest.raises(InvalidInput, match="ce que devient"):
        scene.taken(row, "seances", "jeter")
    row = scene.taken(row, "seances", "ecarter")
    with pytest.raises(StaleState, match="déjà sa suite"):
        scene.taken(row, "seances", "ajouter")
    assert scene.taken(row, "contenus_points", "ecarter").etat == EtatContribution.ECARTEE
    with pytest.raises(StaleState, match="déjà été repris"):
        scene.written(row, seances="Encore")


def test_a_rubrique_that_the_layout_lost_keeps_its_text_and_is_only_left_aside(recit, monkeypatch):
    row = scene.written(scene.asked(recit))
    here = plans.PlanRecit.rubrique
    monkeypatch.setattr(plans.PlanRecit, "rubrique", lambda plan, code: here(plan, code) if code != "seances" else None)
    assert services.ouvertes(row) == ["contenus_points", "problematique"]
    row = scene.written(row, seances="Autre", contenus_points="le site")
    assert row.apports["seances"] == "Deux journées, puis une visite."
    with pytest.raises(InvalidInput, match="n’a plus cette rubrique"):
        scene.taken(row, "seances", "remplacer")
    assert scene.taken(row, "seances", "ecarter").suites["seances"]["choix"] == "ecarter"


# --- Reminded, forgotten ------------------------------------------------------------------------------------------


def test_who_said_nothing_for_a_week_is_reminded_once(recit, clock_at):
    clock_at("2026-11-02 10:00")
    issuer = member(recit.organisation)
    row = scene.asked(recit, actor=actor_of(issuer))
    handed = scene.written(scene.asked(recit, email="lui@example.org"))
    revoked = scene.asked(recit, email="tiers@example.org")
    accounts.revoke_link(scene.grant(revoked), actor=SYSTEM)
    clock_at("2026-11-08 10:00")
    assert reminders(_Run(), date="2026-11-08") == {"rappels": 0}
    clock_at("2026-11-09 10:00")
    assert reminders(_Run(), date="2026-11-09") == {"rappels": 1}
    assert reminders(_Run(), date="2026-11-09") == {"rappels": 0}
    assert scene.grant(row).sent_count == 2 and scene.grant(row).issued_by == issuer
    assert scene.read(row).rappelee_le and scene.grant(handed).sent_count == 1
    clock_at("2026-11-30 10:00")
    assert reminders(_Run(), date="2026-11-30") == {"rappels": 0}


def test_nobody_is_reminded_for_a_recit_that_is_arrete(recit, clock_at):
    clock_at("2026-11-02 10:00")
    scene.asked(recit)
    recits.arrete(recits.ecrit(recit))
    clock_at("2026-11-20 10:00")
    assert services.relancer(actor=SYSTEM) == 0


def test_taken_out_its_link_is_closed_and_what_was_taken_up_stays(recit, client):
    row = scene.taken(scene.written(scene.asked(recit)), "seances", "remplacer")
    address, grant = scene.address(row), scene.grant(row)
    services.forget(row, actor=SYSTEM, expected_version=row.version)
    assert client.get(address).status_code == 410
    grant.refresh_from_db()
    assert "example.org" not in grant.recipient_email and not grant.recipient_name
    assert rubrique(recit, "seances").source == "structure"


def test_what_somebody_wrote_is_given_to_her_on_request(recit):
    user = UserFactory(email="elle@example.org")
    scene.written(scene.asked(recit, email="Elle@example.org"))
    (section,) = of_user(user)
    assert section.rows[0]["textes"]["seances"].startswith("Deux journées")


def test_a_page_of_the_recit_says_what_waits(recit):
    assert services.resume(recit) == ""
    scene.written(scene.asked(recit))
    scene.asked(recit, email="lui@example.org")
    assert services.resume(recit) == f"1 à reprendre, 1{NBSP}attendue"
