"""The pages: the hub, one questionnaire, the personal link, the room, the prestataire's space."""

from __future__ import annotations

import datetime as dt

from allauth.core import ratelimit
from django.core.cache import cache
from django.urls import reverse

from core import clock
from core.models import OutboxMail
from evaluation.questionnaires import services
from evaluation.questionnaires.dashboard import to_answer
from evaluation.questionnaires.models import Questionnaire, Repondant
from tests.evaluation.world import SYSTEM, acted, link_of, opened, prepared, repondant
from tests.factories import MembershipFactory, OrganisationFactory


def url(name: str, q: Questionnaire, *more) -> str:
    return reverse(f"evaluation:{name}", args=[q.ingenierie_id, q.pk, *more])


def text(response) -> str:
    """With plain spaces."""
    return response.text.replace("\xa0", " ")


def version(row) -> int:
    return type(row).objects.get(pk=row.pk).version


# --- The team -------------------------------------------------------------------------------------------------------


def test_the_hub_offers_what_may_be_prepared_then_leads_to_it(client_for, world):
    client = client_for(world.charge)
    hub = reverse("evaluation:evaluation", args=[world.ingenierie.pk])
    assert "Essai d’évaluation" in text(client.get(hub))
    values = {"code": "essai", "convention": world.convention.pk}
    made = client.post(reverse("evaluation:preparer", args=[world.ingenierie.pk]), values)
    q = Questionnaire.objects.get()
    assert made.status_code == 302 and made["Location"] == url("questionnaire", q)
    page = text(client.get(url("questionnaire", q)))
    assert "Les Jardins du lac" in page and "en préparation" in page and "Un modèle économique partagé" in page
    assert 'value="essai"' not in text(client.get(hub))  # it is not offered again


def test_who_only_reads_prepares_nothing_and_who_is_elsewhere_sees_nothing(client_for, world):
    reader = client_for(world.lecteur)
    values = {"code": "essai", "convention": world.convention.pk}
    prepare = reverse("evaluation:preparer", args=[world.ingenierie.pk])
    assert reader.post(prepare, values).status_code == 403
    q = prepared(world)
    assert reader.get(url("questionnaire", q)).status_code == 200
    assert client_for(world.consultant).get(url("questionnaire", q)).status_code == 404


def test_the_region_reads_the_hub_but_never_who_answered(client_for, world):
    c2ra = OrganisationFactory(c2ra=True, region=world.ingenierie.pilote.region)
    client = client_for(MembershipFactory(organisation=c2ra).user)
    q = opened(world)
    hub = client.get(reverse("evaluation:evaluation", args=[world.ingenierie.pk]))
    assert hub.status_code == 200 and q.titre not in hub.text
    row = repondant(q, "structure")
    for page in (url("questionnaire", q), url("repondant", q, row.pk), url("ecran", q), url("nombre", q)):
        assert client.get(page).status_code == 404
        assert client_for(world.lecteur).get(page).status_code == 200


def test_it_opens_writes_to_people_and_closes_from_its_page(client_for, world):
    q = prepared(world)
    client = client_for(world.charge)
    state = {"action": "ouvrir", "expected_state": "preparation", "version": q.version}
    assert client.post(url("questionnaire_action", q), state).status_code == 302
    page = text(client.get(url("questionnaire", q)))
    assert "Écrire à tous ceux qui n’ont pas répondu (2)" in page
    assert "2 courriers envoyés" in text(client.post(url("solliciter", q), {"tous": "1"}, follow=True))
    assert OutboxMail.objects.filter(template="accounts/lien").count() == 2
    row = q.repondants.filter(sorte="structure").first()
    assert "1 déjà écrit" in text(client.post(url("solliciter", q), {"repondants": row.pk}, follow=True))
    assert client.post(url("solliciter", q), {"repondants": "999999"}).status_code == 404
    state = {"action": "clore", "expected_state": "ouvert", "version": version(q)}
    refused = client.post(url("questionnaire_action", q), state)
    assert refused.status_code == 409 and "Aucune réponse" in refused.text


def test_an_answer_is_typed_with_its_real_date(client_for, world):
    q = opened(world)
    row = repondant(q, "structure")
    client = client_for(world.charge)
    page = url("saisir", q, row.pk)
    assert "Comment cette réponse" in text(client.get(page))
    day = clock.today() - dt.timedelta(days=2)
    values = {"version": row.version, "voie": "telephone", "le": day, "v_e2a": "oui", "t_e2a": "Utile", "envoyer": "1"}
    assert client.post(page, {**values, "voie": ""}).status_code == 422
    assert client.post(page, values).status_code == 302
    row = Repondant.objects.get(pk=row.pk)
    assert (row.state, row.voie, row.le) == ("repondu", "telephone", day)
    read = text(client.get(url("repondant", q, row.pk)))
    assert "Utile" in read and "Corriger la saisie" in read


def test_the_team_fills_its_own_part_and_keeps_it_as_it_goes(client_for, world):
    q = opened(world)
    row = repondant(q, "charge_mission")
    client = client_for(world.charge)
    page = url("saisir", q, row.pk)
    kept = client.post(page, {"version": row.version, "v_e1a": "non"}, headers={"HX-Request": "true"})
    assert kept.status_code == 200 and "Enregistré" in kept.text and f'value="{row.version + 1}"' in kept.text
    stale = client.post(page, {"version": row.version, "v_e1a": "oui"}, headers={"HX-Request": "true"})
    assert stale.status_code == 409
    assert services.valeurs_of(row) == {"e1a": ("non", "")}
    sent = client.post(page, {"version": row.version + 1, "v_e1a": "non", "t_e1b": "Une étape", "envoyer": "1"})
    assert sent.status_code == 302
    assert Repondant.objects.get(pk=row.pk).voie == "equipe"


def test_somebody_is_added_changed_and_removed(client_for, world):
    q = opened(world)
    client = client_for(world.charge)
    values = {"sorte": "participant", "nom": "Sam", "organisme": "Ailleurs", "email": "sam@example.org"}
    assert client.post(url("repondant_ajouter", q), values).status_code == 302
    row = q.repondants.get(nom="Sam")
    assert client.post(url("repondant_ajouter", q), {**values, "nom": "Alix"}).status_code == 422
    assert client.get(url("repondant", q, row.pk)).status_code == 200
    changed = client.post(url("repondant_modifier", q, row.pk), {**values, "nom": "Alix", "version": row.version})
    assert changed.status_code == 302
    row.refresh_from_db()
    assert row.nom == "Alix"
    assert client.post(url("repondant_retirer", q, row.pk), {"version": row.version}).status_code == 302
    assert not q.repondants.filter(pk=row.pk).exists()


def test_a_title_a_date_and_causes_are_noted(client_for, world):
    q = opened(world)
    client = client_for(world.charge)
    values = {"version": q.version, "titre": "Grille", "echeance": "2027-01-15", "causes": "Un retard"}
    assert client.post(url("questionnaire_modifier", q), values).status_code == 302
    page = text(client.get(url("questionnaire", q)))
    assert "Un retard" in page and "15 janvier 2027" in page


def test_a_model_is_kept_from_the_page_and_offered(client_for, world):
    q = prepared(world)
    client = client_for(world.charge)
    assert client.post(url("garder_modele", q), {"nom": "Notre trame"}).status_code == 302
    Questionnaire.objects.all().delete()
    assert "Notre trame" in text(client.get(reverse("evaluation:evaluation", args=[world.ingenierie.pk])))


def test_the_page_costs_the_same_for_one_as_for_thirty(client_for, world, count_queries):
    q = opened(world)
    client = client_for(world.charge)
    client.get(url("questionnaire", q))
    link_of(repondant(q, "participant", nom="Sam", email="sam@example.org"))
    few = count_queries(lambda: client.get(url("questionnaire", q)))
    Repondant.objects.bulk_create(
        Repondant(
            questionnaire=q, sorte="participant", organisme=f"Structure {n}", nom=f"P {n}", email=f"p{n}@example.org"
        )
        for n in range(30)
    )
    assert len(services.remind(q, SYSTEM).done) == 32
    assert count_queries(lambda: client.get(url("questionnaire", q))) <= few


# --- The link -------------------------------------------------------------------------------------------------------


def test_by_link_one_keeps_leaves_comes_back_and_sends(client, world):
    q = opened(world)
    row = repondant(q, "structure")
    _, link = link_of(row)
    page = client.get(link)
    assert (
        page.status_code == 200
        and "Dites ce que vous en pensez" in page.text
        and "Qualité de l’animation" not in page.text
    )
    kept = client.post(
        link, {"version": row.version, "v_e2a": "en_partie", "t_e2a": "Selon", "garder": "1"}, follow=True
    )
    assert "pas encore envoyé" in kept.text and "Vous reprenez là où vous en étiez" in kept.text
    assert "Selon" in kept.text
    sent = client.post(link, {"version": version(row), "v_e2a": "oui", "t_e2a": "Selon", "envoyer": "1"}, follow=True)
    assert "Votre réponse est arrivée" in sent.text and "Ils vous diront" in sent.text
    again = client.post(link, {"version": version(row), "v_e2a": "non", "envoyer": "1"})
    assert again.status_code == 410
    assert services.valeurs_of(row)["e2a"] == ("oui", "Selon")


def test_two_persons_with_one_link_see_each_others_words(client, world):
    q = opened(world)
    row = repondant(q, "structure")
    _, link = link_of(row)
    before = row.version
    client.post(link, {"version": before, "v_e2a": "oui", "t_e2a": "La première", "garder": "1"})
    second = client.post(link, {"version": before, "v_e2a": "non", "t_e2a": "La seconde", "envoyer": "1"})
    assert second.status_code == 409 and "La première" in second.text and "La seconde" in second.text
    assert services.valeurs_of(row)["e2a"] == ("oui", "La première")


def test_a_question_that_changed_meanwhile_is_said_with_what_was_typed(client, world):
    q = opened(world)
    row = repondant(q, "structure")
    _, link = link_of(row)
    values = {"version": row.version, "v_e2a": "oui", "t_partie": "Mon avis entier", "envoyer": "1"}
    page = client.post(link, values)
    assert page.status_code == 409 and "Mon avis entier" in page.text and "a changé pendant" in page.text
    assert not services.valeurs_of(row)
    values.pop("t_partie")
    assert client.post(link, values).status_code == 302


def test_the_link_says_that_it_is_closed_and_gives_back_what_was_typed(client, world):
    q = opened(world)
    row = repondant(q, "structure")
    _, link = link_of(row)
    services.answer(repondant(q, "charge_mission"), {"e1a": ("oui", "")}, SYSTEM, True)
    acted(q, "clore")
    late = client.post(link, {"version": row.version, "v_e2a": "oui", "t_e2a": "Trop tard mais écrit", "envoyer": "1"})
    assert late.status_code == 410 and "closes" in late.text


# --- The room -------------------------------------------------------------------------------------------------------


def salle(q: Questionnaire) -> str:
    return reverse("evaluation_salle:repondre", args=[q.salle_cle])


def test_in_the_room_one_answers_once_without_account(client, world):
    q = opened(world)
    page = client.get(salle(q))
    assert (
        page.status_code == 200
        and "Les Jardins du lac" in page.text
        and "Le prestataire peut lire mon nom" in page.text
    )
    values = {"structure": world.structures[0].pk, "nom": "Sam", "v_e2a": "oui", "v_e2b": "4"}
    assert client.post(salle(q), {**values, "structure": ""}).status_code == 422
    assert client.post(salle(q), {**values, "structure": "autre"}).status_code == 422
    done = client.post(salle(q), values, follow=True)
    assert "votre réponse est reçue" in done.text
    assert "votre réponse est reçue" in client.post(salle(q), {**values, "v_e2b": "1"}, follow=True).text
    row = q.repondants.get(voie="salle")
    assert (row.structure_id, row.nom_visible, services.valeurs_of(row)["e2b"]) == (
        world.structures[0].pk, False, ("4", ""),
    )  # fmt: skip
    assert len(row.appareil) == 64 and row.appareil not in str(client.cookies)


def test_another_phone_answers_too(client, world):
    q = opened(world)
    for phone in range(3):
        client.cookies.clear()
        client.get(salle(q))
        values = {"structure": "autre", "organisme": f"Structure {phone}", "v_e2a": "oui"}
        assert client.post(salle(q), values).status_code == 302
    assert q.repondants.filter(voie="salle", state="repondu").count() == 3


def test_the_room_says_when_it_is_closed_or_not_open_yet(client, world):
    q = prepared(world)
    assert "pas encore ouvert" in text(client.get(salle(q)))
    q = acted(q, "ouvrir")
    q = services.set_salle(q, {"salle_des": clock.now() + dt.timedelta(hours=1)}, SYSTEM, None)
    page = text(client.get(salle(q)))
    assert "Pas encore" in page and "On peut répondre à partir du" in page
    q = services.set_salle(q, {"salle_des": None, "salle_jusqua": clock.now() - dt.timedelta(hours=1)}, SYSTEM, None)
    late = client.post(salle(q), {"structure": "autre", "organisme": "X", "t_e2a": "Un avis bien tapé"})
    assert late.status_code == 403 and "closes" in late.text and "Un avis bien tapé" in late.text
    assert client.get(reverse("evaluation_salle:repondre", args=["inconnue"])).status_code == 404


def test_the_screen_shows_the_code_and_counts(client_for, client, world):
    q = opened(world)
    team = client_for(world.charge)
    page = text(team.get(url("ecran", q)))
    assert '<svg role="img"' in page and salle(q) in page and "0 réponse en séance" in page
    assert "style=" not in page[page.index("<svg") : page.index("</svg>")]
    client.post(salle(q), {"structure": "autre", "organisme": "X", "v_e2a": "oui"})
    assert "1 réponse en séance" in text(team.get(url("nombre", q)))
    hours = {"version": version(q), "salle_des": "2027-01-10T09:00", "salle_jusqua": "2027-01-10T08:00"}
    assert team.post(url("heures", q), hours).status_code == 422
    assert team.post(url("heures", q), {**hours, "salle_jusqua": "2027-01-10T12:00"}).status_code == 302


# --- The prestataire --------------------------------------------------------------------------------------------------


def test_the_prestataire_answers_in_its_space_and_reads_no_other_answer(client_for, world):
    q = opened(world)
    services.answer(repondant(q, "structure"), {"e2a": ("non", "Secret de la structure")}, SYSTEM, True, voie="papier",
                    details={"le": clock.today()})  # fmt: skip
    mine = repondant(q, "prestataire")
    client = client_for(world.consultant)
    (line,) = to_answer(world.convention.choix.prestataire, world.prestataire)
    assert line.waits and q.titre in line.title
    listing = text(client.get(reverse("mission_evaluee:evaluations", args=[world.convention.pk])))
    page = reverse("mission_evaluee:repondre", args=[world.convention.pk, mine.pk])
    assert page in listing and "Secret" not in listing
    assert "Ce que vous en retenez" in text(client.get(page))
    assert client.post(page, {"version": mine.version, "t_e3a": "Une belle mission", "envoyer": "1"}).status_code == 302
    assert "ne change plus" in text(client.get(page))
    assert to_answer(world.convention.choix.prestataire, world.prestataire) == []
    assert client.post(page, {"version": version(mine), "t_e3a": "Autre", "envoyer": "1"}).status_code == 403
    other = reverse("mission_evaluee:repondre", args=[world.convention.pk, repondant(q, "structure").pk])
    assert client.get(other).status_code == 404
    assert client_for(world.charge).get(page).status_code == 404


def test_nothing_is_shown_to_the_prestataire_before_it_is_open(client_for, world):
    q = prepared(world)
    page = client_for(world.consultant).get(reverse("mission_evaluee:evaluations", args=[world.convention.pk]))
    assert "Rien ne vous est demandé" in page.text and q.titre not in page.text


def test_two_hundred_phones_behind_one_address_answer_in_a_minute_and_a_flood_does_not(rf, db):
    cache.clear()
    request = rf.post("/salle/")
    given = [ratelimit.consume(request, action="salle_reponse", key="1") for _ in range(301)]
    assert all(given[:200]) and not given[-1]
