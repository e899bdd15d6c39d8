"""Several actors read a resource and say what they think of its quality and of its reach, before the decision."""

from __future__ import annotations

import copy
import datetime as dt

import pytest
from django.urls import reverse

from accounts.models import Grant
from accounts.services.links import LinkClosed
from capitalisation.bibliotheque.models import Ressource
from capitalisation.bibliotheque.services import depot
from capitalisation.comite.dashboard import avis_dus, decisions
from capitalisation.comite.echeances import _avis
from capitalisation.comite.enums import Decision
from capitalisation.comite.models import AvisEditorial, Examen
from capitalisation.comite.permissions import reads_avis, seat_of
from capitalisation.comite.services import avis, comites, examens
from capitalisation.comite.services.invitations import LIEN
from capitalisation.comite.tasks import reminders
from core import clock
from core.echeances import Window
from core.errors import ConditionsNotMet, EditConflict, InvalidInput, NotAllowed, StaleState
from core.models import JournalEntry, OutboxMail
from tests.capitalisation.comite import scene as made
from tests.capitalisation.comite.scene import FAVORABLE, RESERVE, SYSTEM, act, by_link, committee
from tests.capitalisation.scene import ressource
from tests.factories import OrganisationFactory, RegionFactory, actor_of, member, member_actor, prestataire_of

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def built(shared):
    return shared(made.proposed)


@pytest.fixture
def scene(built, db):
    return copy.deepcopy(built)


def mails(template: str) -> set[str]:
    return set(OutboxMail.objects.filter(template=f"capitalisation/{template}").values_list("to", flat=True))


def test_proposing_opens_the_examination_and_asks_each_member_her_way(scene):
    examen = scene.examen
    assert examen.comite == scene.comite
    assert examen.portee == "territoriale"
    assert examen.echeance == clock.today() + dt.timedelta(days=21)
    assert mails("avis_editorial_demande") == {scene.seated.email}
    grants = Grant.objects.of(examen, LIEN)
    assert {grant.recipient_email for grant in grants} == {membre.email for membre in scene.liens}
    assert {grant.organisation for grant in grants} == {scene.c2ra}  # not who proposed
    with pytest.raises(InvalidInput, match="déjà à l’examen"):
        examens.ouvrir(scene.ressource, actor=SYSTEM)


def test_a_region_without_committee_gets_one_when_a_resource_is_proposed():
    dla = OrganisationFactory(region=RegionFactory(bretagne=True))
    row = made.act(made.ressource(dla, "brouillon"), "proposer")
    assert Examen.objects.get(ressource=row).comite.region == dla.region
    said = examens.avant(row, "publier", SYSTEM)
    assert said[0] == "Il manque 3 avis sur 3."
    assert "n’a que 0" in said[1]


def test_publishing_waits_for_the_quorum_and_says_who_has_not_answered(scene):
    scene.give(FAVORABLE, RESERVE)
    with pytest.raises(ConditionsNotMet) as refused:
        scene.act("publier", scene.decider)
    waited = scene.liens[1]
    assert refused.value.reasons == [
        "Il manque 1 avis sur 3.",
        f"N’ont pas encore répondu : {waited.nom} ({waited.qualite}).",
    ]
    avis.give(scene.examen, waited, FAVORABLE, actor=SYSTEM)
    assert scene.act("publier", scene.decider).state == "publiee"
    closed = Examen.objects.get(ressource=scene.ressource)
    assert (closed.decision, closed.decide_par) == (Decision.PUBLIEE, str(scene.c2ra))
    assert mails("ressource_decidee") == {scene.author.email}
    assert mails("examen_clos") == {scene.seated.email, *(membre.email for membre in scene.liens)}


def test_a_complement_may_be_asked_before_the_quorum_and_the_author_learns_it_at_once(scene):
    scene.act("demander_complement", scene.decider, "Dire d’où viennent les chiffres.")
    closed = Examen.objects.get(ressource=scene.ressource)
    assert (closed.decision, closed.motif) == (Decision.A_COMPLETER, "Dire d’où viennent les chiffres.")
    assert OutboxMail.objects.get(template=examens.MAIL_DECISION).urgent
    scene.act("proposer", scene.author)  # a second reading, with its own avis
    assert scene.examen.avis.count() == 0


def test_taken_back_by_its_author_it_is_not_examined_any_more(scene):
    scene.give(FAVORABLE)
    examen = scene.examen
    scene.act("reprendre", scene.author)
    assert Examen.objects.get(pk=examen.pk).decision == Decision.REPRISE
    assert not mails("ressource_decidee")
    with pytest.raises(StaleState, match="a repris la ressource"):
        avis.give(examen, scene.liens[0], FAVORABLE, actor=SYSTEM)
    examen.refresh_from_db()
    with pytest.raises(LinkClosed, match="a repris la ressource"):
        avis.give(examen, scene.liens[0], FAVORABLE, actor=by_link(examen, scene.liens[0]))


def test_the_national_committee_promotes_or_leaves_territorial(scene):
    avise = OrganisationFactory(avise=True)
    national = committee(None, member(OrganisationFactory(cnar=True)), "CNAR")
    scene.give(FAVORABLE, FAVORABLE, FAVORABLE)
    scene.act("publier", scene.decider)
    scene.act("proposer_nationale", scene.decider)
    assert (scene.examen.comite, scene.examen.portee) == (national, "nationale")
    with pytest.raises(ConditionsNotMet):
        scene.act("promouvoir", member(avise))
    OutboxMail.objects.filter(template=examens.MAIL_DECISION).delete()
    # To leave it territorial needs no quorum: the author and the C2RA read why.
    scene.act("decliner", member(avise), "Elle ne parle que d’un territoire.")
    assert mails("ressource_decidee") == {scene.author.email, scene.decider.email}
    scene.act("proposer_nationale", scene.decider)
    for membre in national.membres.all():
        avis.give(scene.examen, membre, {**FAVORABLE, "portee": "nationale"}, actor=SYSTEM)
    assert scene.act("promouvoir", member(avise)).state == "reference_nationale"


def test_archived_while_it_is_examined_its_examination_ends(scene):
    scene.give(FAVORABLE, FAVORABLE, FAVORABLE)
    scene.act("publier", scene.decider)
    scene.act("proposer_nationale", scene.decider)
    scene.act("archiver", scene.decider, "Remplacée.")
    assert Examen.objects.filter(ressource=scene.ressource).first().decision == Decision.ARCHIVEE


def test_a_member_says_why_unless_favorable_and_changes_her_mind_until_the_decision(scene):
    examen, membre, actor = scene.examen, scene.liens[0], by_link(scene.examen, scene.liens[0])
    with pytest.raises(InvalidInput, match="Dites vos réserves"):
        avis.give(examen, membre, {**RESERVE, "texte": ""}, actor=actor)
    first = avis.give(examen, membre, RESERVE, actor=actor, expected_version=0)
    with pytest.raises(EditConflict):  # a second window, opened before
        avis.give(examen, membre, FAVORABLE, actor=actor, expected_version=0)
    again = avis.give(examen, membre, FAVORABLE, actor=actor, expected_version=first.version)
    assert (again.pk, again.qualite, AvisEditorial.objects.count()) == (first.pk, "favorable", 1)
    # The journal says that she spoke, never what she thinks.
    entry = JournalEntry.objects.get(verb="capitalisation.avis_editorial_rendu")
    assert "chiffres" not in str(entry.changes)
    assert entry.scope_type == "capitalisation.comiteeditorial"


def test_each_gives_her_own_avis_only(scene):
    examen = scene.examen
    link = by_link(examen, scene.liens[0])
    for actor in (link, actor_of(scene.decider), actor_of(scene.author), member_actor(scene.dla)):
        with pytest.raises(NotAllowed):
            avis.give(examen, scene.liens[1], FAVORABLE, actor=actor)
    elsewhere = committee(RegionFactory(bretagne=True), member(OrganisationFactory()))
    with pytest.raises(NotAllowed):
        avis.give(examen, elsewhere.membres.get(user__isnull=False), FAVORABLE, actor=SYSTEM)


def test_who_sits_reads_what_is_examined_and_nothing_else(scene):
    other = made.ressource(scene.dla, "brouillon")
    seated = actor_of(scene.seated)
    assert set(Ressource.objects.visible_to(seated)) == {scene.ressource}
    consultant = prestataire_of().membres.get().user
    assert scene.ressource not in Ressource.objects.visible_to(actor_of(consultant))
    comites.add_membre(scene.comite, {"user": consultant, "qualite": "prestataire"}, actor=SYSTEM)
    assert set(Ressource.objects.visible_to(actor_of(consultant))) == {scene.ressource}
    comites.leave(scene.compte, actor=SYSTEM)
    assert not set(Ressource.objects.visible_to(seated)) & {scene.ressource, other}


def test_who_leaves_keeps_her_avis_under_her_quality_and_her_link_stops(scene):
    examen, membre = scene.examen, scene.liens[0]
    actor = by_link(examen, membre)
    avis.give(examen, membre, RESERVE, actor=actor)
    comites.leave(membre, actor=actor_of(scene.decider))
    with pytest.raises(NotAllowed, match="plus, au comité"):
        membre.refresh_from_db()
        avis.give(examen, membre, FAVORABLE, actor=actor)
    assert examen.avis.get().membre.qualite == "expert-comptable"
    back = comites.add_membre(
        scene.comite, {"nom": membre.nom, "email": membre.email, "qualite": "commissaire aux comptes"}, actor=SYSTEM
    )
    assert back.pk != membre.pk  # her link is renewed, for the seat she takes


def test_a_new_member_is_asked_what_is_under_examination(scene):
    comites.add_membre(
        scene.comite, {"nom": "Sidonie Essai", "email": "Sidonie@Example.org", "qualite": "avocate"}, actor=SYSTEM
    )
    assert Grant.objects.of(scene.examen, LIEN).filter(recipient_email="sidonie@example.org").exists()
    with pytest.raises(InvalidInput, match="siège déjà"):
        comites.add_membre(
            scene.comite, {"nom": "La même", "email": "sidonie@example.org", "qualite": "avocate"}, actor=SYSTEM
        )


def test_another_address_gets_its_own_link(scene):
    membre = scene.liens[0]
    before = by_link(scene.examen, membre)
    comites.update_membre(
        membre, {"nom": membre.nom, "email": "ailleurs@example.org", "qualite": membre.qualite}, actor=SYSTEM,
        expected_version=membre.version,
    )  # fmt: skip
    membre.refresh_from_db()
    with pytest.raises(NotAllowed):
        avis.give(scene.examen, membre, FAVORABLE, actor=before)
    avis.give(scene.examen, membre, FAVORABLE, actor=by_link(scene.examen, membre))


@pytest.mark.parametrize("who", ["c2ra d’ailleurs", "dla", "avise", "lecture seule"])
def test_only_the_c2ra_of_the_region_settles_its_committee(scene, who):
    actor = {
        "c2ra d’ailleurs": lambda: member_actor(OrganisationFactory(c2ra=True, region=RegionFactory(bretagne=True))),
        "dla": lambda: actor_of(scene.author),
        "avise": lambda: member_actor(OrganisationFactory(avise=True)),
        "lecture seule": lambda: member_actor(scene.c2ra, "lecture"),
    }[who]()
    with pytest.raises(NotAllowed):
        comites.add_membre(scene.comite, {"user": scene.author, "qualite": "DLA"}, actor=actor)
    with pytest.raises(NotAllowed):
        comites.update_reglages(scene.comite, {"quorum": 2}, actor=actor, expected_version=1)
    with pytest.raises(NotAllowed):
        examens.relancer(scene.examen, actor=actor)


def test_a_committee_asks_two_avis_at_least(scene):
    with pytest.raises(InvalidInput, match="plusieurs acteurs"):
        comites.update_reglages(scene.comite, {"quorum": 1}, actor=SYSTEM, expected_version=1)


def test_who_has_not_answered_is_reminded_once_as_the_day_comes_near(scene, time_machine):
    scene.give(FAVORABLE)  # the account answered, the two links have not
    link = made.link_of(scene.examen, scene.liens[0])
    reminders(None, date="")
    link.refresh_from_db()
    assert link.sent_count == 1  # too early
    time_machine.move_to(clock.now() + dt.timedelta(days=17))
    scene.act("reprendre")
    reminders(None, date="")
    link.refresh_from_db()
    assert link.sent_count == 1  # nothing to do any more
    scene.act("proposer")
    time_machine.move_to(clock.now() + dt.timedelta(days=17))
    assert reminders(None, date="") == {"rappels": 3}
    assert reminders(None, date="") == {"rappels": 0}
    assert (
        OutboxMail.objects.filter(template="capitalisation/avis_editorial_demande", context__rappel=True).count() == 1
    )


def test_nobody_judges_what_her_own_organisation_deposited(scene, client_for):
    hers = comites.add_membre(scene.comite, {"user": member(scene.dla), "qualite": "DLA"}, actor=SYSTEM)
    actor, page = actor_of(hers.user), reverse("bibliotheque:examen", args=[scene.examen.pk])
    assert hers not in examens.attendus(scene.examen) and not avis_dus(actor)
    day = scene.examen.echeance
    assert not list(_avis(actor, Window(day, day))) and list(_avis(actor_of(scene.seated), Window(day, day)))
    assert not OutboxMail.objects.filter(to=hers.email).exists()
    with pytest.raises(NotAllowed, match="déposée par votre organisation"):
        avis.give(scene.examen, hers, FAVORABLE, actor=actor)
    shown = client_for(hers.user).get(page)
    assert "déposée par votre organisation" in shown.text and "Mon avis" not in shown.text
    refused = client_for(hers.user).post(page, {**FAVORABLE, "version": "0"})
    assert refused.status_code == 403 and not scene.examen.avis.exists()
    assert "Relire mon avis" not in client_for(hers.user).get(reverse("bibliotheque:comite")).text
    for membre in (scene.compte, scene.liens[0]):
        comites.leave(membre, actor=SYSTEM)
    (line,) = [line for line in examens.avant(scene.ressource, "publier", SYSTEM) if "membre" in line]
    assert "1 membre pour en juger" in line.replace("\xa0", " ")
    (todo,) = decisions(actor_of(scene.decider))
    assert "1 membre" in todo.detail.replace("\xa0", " ")


def test_the_c2ra_that_sits_and_deposited_decides_on_the_avis_of_the_others(scene):
    decider = actor_of(scene.decider)
    comites.add_membre(scene.comite, {"user": scene.decider, "qualite": "C2RA"}, actor=SYSTEM)
    own = act(ressource(scene.c2ra, "brouillon"), "proposer", scene.decider)
    examen = examens.en_cours(own)
    assert seat_of(decider, examen) is None and reads_avis(decider, examen, None, given=False)
    assert seat_of(decider, scene.examen) is not None


@pytest.mark.parametrize("changed", [False, True])
def test_a_resource_of_no_region_is_judged_once_by_the_national_committee_unless_it_changed(changed, time_machine):
    avise = OrganisationFactory(avise=True)
    row = ressource(OrganisationFactory(cnar=True), "brouillon", region=None)
    national = committee(None, None)
    comites.update_reglages(national, {"quorum": 2}, actor=SYSTEM, expected_version=None)
    row = act(row, "proposer")
    for membre in national.membres.all():
        avis.give(examens.en_cours(row), membre, FAVORABLE, actor=SYSTEM)
    row = act(row, "publier", member(avise))
    time_machine.move_to(clock.now() + dt.timedelta(hours=1))
    if changed:
        depot.update(row, {"resume": "Tout autre chose."}, actor=SYSTEM, expected_version=None)
    row = act(row, "proposer_nationale", member(avise))
    again = examens.en_cours(row)
    assert (again.avis.count(), len(examens.attendus(again))) == ((0, 2) if changed else (2, 0))
    assert Grant.objects.of(again, LIEN).count() == (2 if changed else 0)
    if changed:
        with pytest.raises(ConditionsNotMet):
            act(row, "promouvoir", member(avise))
    else:
        assert act(row, "promouvoir", member(avise)).state == "reference_nationale"
