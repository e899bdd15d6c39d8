"""What is answered: by link, in the room, typed, in the prestataire's space; never lost, never altered by others."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from accounts import services as accounts
from accounts.services.links import LinkClosed
from core import clock
from core.actor import Actor
from core.errors import EditConflict, InvalidInput, NotAllowed
from core.models import JournalEntry, OutboxMail
from evaluation.questionnaires import services
from evaluation.questionnaires.models import Questionnaire, Repondant
from tests.evaluation.world import SYSTEM, acted, link_of, opened, prepared, repondant

OUI = {"e2a": ("oui", "Très utile")}


def said(row: Repondant) -> dict[str, tuple[str, str]]:
    return services.valeurs_of(Repondant.objects.get(pk=row.pk))


# --- By link --------------------------------------------------------------------------------------------------------


def test_by_link_one_keeps_a_draft_then_sends_once(world):
    q = opened(world)
    row = repondant(q, "structure")
    actor, _ = link_of(row)
    kept = services.answer(row, OUI, actor, False)
    assert (kept.state, kept.voie) == ("brouillon", "lien") and said(row) == OUI
    sent = services.answer(row, {"e2g": ("", "Un réseau")}, actor, True, version=kept.version)
    assert sent.state == "repondu" and sent.le == clock.today()
    assert said(row) == {**OUI, "e2g": ("", "Un réseau")}
    with pytest.raises(LinkClosed):
        services.answer(row, {"e2a": ("non", "")}, actor, True)
    assert said(row)["e2a"] == ("oui", "Très utile")


def test_two_persons_with_one_link_do_not_lose_each_others_words(world):
    q = opened(world)
    row = repondant(q, "structure")
    actor, _ = link_of(row)
    version = row.version
    services.answer(row, OUI, actor, False, version=version)
    with pytest.raises(EditConflict) as refused:
        services.answer(row, {"e2a": ("non", "Non")}, actor, False, version=version)
    assert refused.value.current.reponses_now == OUI and said(row) == OUI


def test_the_link_of_somebody_else_or_of_another_project_does_not_answer(world):
    q = opened(world)
    first, second = q.repondants.filter(sorte="structure")
    first.questionnaire = second.questionnaire = q
    actor, _ = link_of(first)
    with pytest.raises(NotAllowed):
        services.answer(second, OUI, actor, True)
    assert not said(second)


def test_nothing_arrives_after_closing(world):
    q = opened(world)
    row = repondant(q, "structure")
    actor, _ = link_of(row)
    services.answer(repondant(q, "charge_mission"), {"e1a": ("oui", "")}, SYSTEM, True)
    acted(q, "clore")
    with pytest.raises(LinkClosed, match="closes"):
        services.answer(row, OUI, actor, True)
    assert not said(row)


def test_an_empty_answer_is_not_sent(world):
    q = opened(world)
    row = repondant(q, "structure")
    actor, _ = link_of(row)
    with pytest.raises(InvalidInput, match="au moins à une question"):
        services.answer(row, {"e2a": ("", " ")}, actor, True)


@pytest.mark.parametrize(
    ("code", "value", "said_"),
    [("e2a", "peut-être", "n’est pas proposée"), ("e2e", "beaucoup", "écrivez un nombre"), ("e2d", "ailleurs", "pas")],
)
def test_an_answer_that_is_not_offered_is_refused(world, code, value, said_):
    q = opened(world)
    with pytest.raises(InvalidInput, match=said_):
        services.answer(repondant(q, "structure"), {code: (value, "")}, SYSTEM, True, voie="papier",
                        details={"le": clock.today()})  # fmt: skip


def test_a_number_is_read_as_people_write_it(world):
    q = opened(world)
    row = repondant(q, "structure")
    actor, _ = link_of(row)
    services.answer(row, {"e2e": ("1 234,50", "")}, actor, True)
    assert said(row)["e2e"] == ("1234.5", "")


def test_what_was_typed_for_a_question_that_vanished_is_said(world):
    q = opened(world)
    row = repondant(q, "structure")
    actor, _ = link_of(row)
    with pytest.raises(services.QuestionnaireChange) as refused:
        services.answer(row, {**OUI, "ancienne": ("", "Mon avis")}, actor, False)
    assert refused.value.vanished == {"ancienne": ("", "Mon avis")}
    assert not said(row)


def test_what_is_asked_only_then_is_not_kept_otherwise(world):
    q = opened(world)
    row = repondant(q, "charge_mission")
    services.answer(row, {"e1a": ("oui", ""), "e1b": ("", "Une étape déplacée")}, SYSTEM, True)
    assert list(said(row)) == ["e1a"]
    services.answer(row, {"e1a": ("non", ""), "e1b": ("", "Une étape déplacée")}, SYSTEM, True)
    assert sorted(said(row)) == ["e1a", "e1b"]


# --- Asking ---------------------------------------------------------------------------------------------------------


def test_everybody_who_has_not_answered_is_written_to_once(world):
    q = opened(world)
    repondant(q, "participant", nom="Sans adresse")
    row = repondant(q, "structure")
    actor, _ = link_of(row)
    services.answer(row, OUI, actor, True)
    found = services.remind(q, world.equipe)
    assert [r.organisme for r in found.done] == ["Les Jardins du lac"] or len(found.done) == 1
    assert row not in found.done and len(found.unreachable) == 3
    again = services.remind(q, world.equipe)
    assert not again.done and len(again.recent) == 1
    assert OutboxMail.objects.filter(template="accounts/lien").count() == 2


def test_nobody_is_written_to_before_it_is_open(world):
    q = prepared(world)
    with pytest.raises(InvalidInput, match="Ouvrez"):
        services.remind(q, world.equipe)


def test_only_the_team_writes_to_people(world):
    q = opened(world)
    with pytest.raises(NotAllowed):
        services.remind(q, world.prestataire)


# --- Typed ----------------------------------------------------------------------------------------------------------


def test_an_answer_is_typed_with_its_way_and_its_real_date(world):
    q = opened(world)
    row = repondant(q, "structure")
    day = clock.today() - dt.timedelta(days=3)
    with pytest.raises(InvalidInput, match="Dites comment"):
        services.answer(row, OUI, world.equipe, True)
    with pytest.raises(InvalidInput, match="à quelle date"):
        services.answer(row, OUI, world.equipe, True, voie="visite")
    with pytest.raises(InvalidInput, match="date à venir"):
        tomorrow = clock.today() + dt.timedelta(days=1)
        services.answer(row, OUI, world.equipe, True, voie="visite", details={"le": tomorrow})
    done = services.answer(row, OUI, world.equipe, True, voie="visite", details={"le": day, "nom": "Sam"})
    assert (done.voie, done.le, done.par) == ("visite", day, world.equipe.label)
    fixed = services.answer(
        done, {"e2a": ("non", "Relu au téléphone")}, world.equipe, False, voie="telephone", details={"le": day}
    )
    assert fixed.state == "repondu" and said(row)["e2a"][0] == "non"


def test_a_link_gives_no_second_answer_to_who_answered_on_paper(world):
    q = opened(world)
    row = repondant(q, "structure")
    actor, _ = link_of(row)
    services.answer(row, OUI, world.equipe, True, voie="papier", details={"le": clock.today()})
    row = Repondant.objects.select_related("questionnaire__ingenierie").get(pk=row.pk)
    with pytest.raises(LinkClosed, match="déjà notée"):
        services.answer(row, {"e2a": ("non", "")}, actor, True)
    assert said(row) == OUI


def test_the_team_does_not_alter_what_somebody_answered_herself(world):
    q = opened(world)
    row = repondant(q, "structure")
    actor, _ = link_of(row)
    services.answer(row, OUI, actor, True)
    with pytest.raises(NotAllowed, match="déjà été donnée"):
        services.answer(row, {"e2a": ("non", "")}, world.equipe, True, voie="papier", details={"le": clock.today()})
    assert said(row) == OUI


def test_a_way_that_the_data_do_not_open_is_refused(world):
    q = opened(world)
    row = repondant(q, "participant", nom="Sam")
    with pytest.raises(NotAllowed, match="par cette voie"):
        services.answer(row, {"e2a": ("oui", "")}, world.equipe, True, voie="visite", details={"le": clock.today()})


# --- The prestataire --------------------------------------------------------------------------------------------------


def test_the_prestataire_answers_for_itself_alone(world):
    q = opened(world)
    mine = repondant(q, "prestataire")
    done = services.answer(mine, {"e3a": ("", "Une belle mission")}, world.prestataire, True)
    assert (done.voie, done.state) == ("espace", "repondu")
    with pytest.raises(NotAllowed, match="ne change plus"):
        services.answer(mine, {"e3a": ("", "Autre")}, world.prestataire, True)
    for other in ("structure", "charge_mission"):
        with pytest.raises(NotAllowed):
            services.answer(repondant(q, other), {"e2a": ("oui", "")}, world.prestataire, True)


def test_the_prestataire_comments_once_answers_are_closed(world):
    q = opened(world)
    row = repondant(q, "charge_mission")
    services.answer(row, {"e1a": ("oui", "")}, world.equipe, True)
    with pytest.raises(NotAllowed, match="une fois closes"):
        services.comment(q, "prestataire", "e1a", "Merci", world.prestataire)
    q = acted(q, "clore")
    with pytest.raises(NotAllowed):
        services.comment(q, "prestataire", "e1a", "Merci", world.equipe)
    with pytest.raises(NotAllowed, match="ne se commente pas"):
        services.comment(q, "prestataire", "e3a", "Merci", world.prestataire)
    kept = services.comment(q, "prestataire", "e1a", "Les délais ont été tenus", world.prestataire)
    with pytest.raises(EditConflict):
        services.comment(q, "prestataire", "e1a", "Autre", world.prestataire, version=kept.version + 1)
    assert said(row) == {"e1a": ("oui", "")}
    assert services.comment(q, "prestataire", "e1a", "", world.prestataire) is None
    assert not q.commentaires.exists()


# --- In the room ----------------------------------------------------------------------------------------------------


def in_room(q: Questionnaire, appareil: str, **details) -> Repondant:
    told = {"organisme": "Les Jardins du lac", **details}
    return services.answer_in_room(q, {"e2a": ("oui", ""), "e2b": ("3", "")}, told, appareil)


def test_one_answer_a_phone(world):
    q = opened(world)
    row = in_room(q, "a" * 64, nom="Sam", nom_visible=True)
    assert (row.voie, row.state, row.nom_visible) == ("salle", "repondu", True)
    with pytest.raises(services.DejaRepondu):
        in_room(q, "a" * 64)
    assert in_room(q, "b" * 64).pk != row.pk
    assert q.repondants.filter(voie="salle").count() == 2


def test_who_is_expected_by_name_answers_in_the_room_as_herself(world):
    q = opened(world)
    structure = world.ingenierie.structures_ciblees.first()
    who = {"sorte": "participant", "structure": structure, "nom": "Maud Essai", "email": "maud@example.org"}
    expected = services.add_repondant(q, who, world.equipe)
    before = q.repondants.count()
    row = in_room(q, "c" * 64, structure=structure, nom="maud  ESSAI")
    assert (row.pk, row.state, row.email) == (expected.pk, "repondu", "maud@example.org")
    assert q.repondants.count() == before
    assert in_room(q, "d" * 64, structure=structure, nom="Rémi Essai").pk != expected.pk
    assert in_room(q, "e" * 64, structure=structure).pk != expected.pk  # nobody's name is lent


def test_the_room_answers_between_its_hours(world, clock_at):
    q = opened(world)
    now = clock.now()
    hours = {"salle_des": now + dt.timedelta(hours=1), "salle_jusqua": now + dt.timedelta(hours=2)}
    q = services.set_salle(q, hours, world.equipe, q.version)
    q.ingenierie = world.ingenierie
    with pytest.raises(NotAllowed, match="pas encore"):
        in_room(q, "a" * 64)
    with clock.replay(now + dt.timedelta(minutes=90)):
        assert in_room(q, "a" * 64)
    with clock.replay(now + dt.timedelta(hours=3)), pytest.raises(NotAllowed, match="closes"):
        in_room(q, "b" * 64)
    with pytest.raises(InvalidInput, match="vient après"):
        services.set_salle(q, {"salle_des": now, "salle_jusqua": now}, world.equipe, None)


def test_one_says_for_which_structure(world):
    q = opened(world)
    with pytest.raises(InvalidInput, match="votre structure"):
        in_room(q, "a" * 64, organisme="")
    row = in_room(q, "a" * 64, organisme="", structure=world.structures[1])
    assert row.organisme == "Atelier du fleuve"


def test_the_journal_tells_answers_without_names(world):
    q = opened(world)
    in_room(q, "a" * 64, nom="Camille Sansnom")
    row = repondant(q, "participant", nom="Camille Sansnom", email="camille@example.org")
    actor, _ = link_of(row)
    services.answer(row, {"e2a": ("oui", "")}, actor, True)
    told = [str(vars(e)) for e in JournalEntry.objects.filter(object_type="evaluation.repondant")]
    assert len(told) >= 3 and not any("Camille" in text or "camille" in text for text in told)


# --- Several links to one person ------------------------------------------------------------------------------------


def test_a_second_link_neither_reads_nor_alters_what_was_sent_by_the_first(world, client):
    q = opened(world)
    row = repondant(q, "structure")
    first, _ = link_of(row)
    second = accounts.send_link(services.LIEN, row, name="Une collègue", email="collegue@example.org", actor=SYSTEM)
    services.answer(row, OUI, first, True)
    row = Repondant.objects.get(pk=row.pk)
    row.questionnaire = q
    with pytest.raises((LinkClosed, NotAllowed)):
        services.answer(row, {"e2a": ("non", "Autre")}, Actor(kind="link", label="Par lien", grant=second), True)
    assert said(row) == OUI
    page = client.get(f"/lien/{accounts.link_token(second)}/")
    assert page.status_code == 410 and "Très utile" not in page.text


def test_a_corrected_address_closes_the_link_that_left_to_the_former_one(world):
    q = opened(world)
    row = repondant(q, "participant", nom="Sam", organisme="Les Jardins", email="faute@example.org")
    wrong, _ = link_of(row)
    row.refresh_from_db()
    row.questionnaire = q
    told = {"sorte": "participant", "nom": "Sam", "organisme": "Les Jardins", "email": "juste@example.org"}
    services.update_repondant(row, told, world.equipe, row.version)
    with pytest.raises(LinkClosed):
        services.answer(row, OUI, wrong, True)
    row.refresh_from_db()
    assert services.ask([row], world.equipe).done == [row]


def test_one_questionnaire_a_mission_whatever_the_database(world):
    q = prepared(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        Questionnaire._base_manager.create(
            ingenierie=q.ingenierie, convention=q.convention, code=q.code, version_source=1, titre="Deux", contenu={}
        )
    whole = {"ingenierie": q.ingenierie, "code": "autre", "version_source": 1, "titre": "Un", "contenu": {}}
    Questionnaire._base_manager.create(**whole)
    Questionnaire._base_manager.create(**whole, mois=6)  # the near miss
    with pytest.raises(IntegrityError), transaction.atomic():
        Questionnaire._base_manager.create(**whole)
