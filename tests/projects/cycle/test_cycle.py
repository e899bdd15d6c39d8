"""The cycle: what passes a gate, what does not, and what is told of it."""

from __future__ import annotations

import pytest

from core import journal
from core.errors import ConditionsNotMet, InvalidInput, NotAllowed, StaleState
from core.lifecycle import available_actions
from core.models import JournalEntry
from projects.cycle import gates, services
from projects.cycle.models import ConditionLevee
from projects.enums import Etat
from projects.ingenierie.models import Ingenierie
from projects.methodologie import methodology
from tests.factories import OrganisationFactory, engaged, identified, ingenierie_of, member_actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def dla():
    return OrganisationFactory()


@pytest.fixture
def actor(dla):
    return member_actor(dla)


def perform(ingenierie, action, actor, **kwargs):
    kwargs.setdefault("expected_state", ingenierie.state)
    kwargs.setdefault("version", ingenierie.version)
    return services.perform_action(ingenierie, action, actor=actor, **kwargs)


def test_the_methodology_has_the_counts_of_the_framework():
    method = methodology.get(methodology.current_id())
    actions = [[a for p in s.phases for a in p.actions if not a.optional] for s in method.steps]
    assert [len(s.phases) for s in method.steps] == [3, 3, 3, 3]
    assert [len(a) for a in actions] == [14, 10, 9, 12]
    assert [sum(len(x.points) for x in a) for a in actions] == [36, 31, 37, 33]
    assert [a.code for s in method.steps for p in s.phases for a in p.actions if a.optional] == [
        "finaliser.capitalisation.comite"
    ]
    assert [p.code for s in method.steps for p in s.phases if p.prestataire_partenaire] == [
        "identifier.problematique",
        "engager.partenariat",
        "confirmer.modalites",
        "finaliser.capitalisation",
    ]
    for step in method.steps:
        assert {c.code for c in method.gates[step.code]} >= {"checklist", "avis_c2ra"}


def test_loading_the_methodology_twice_changes_nothing_and_a_followed_version_is_never_altered(dla, monkeypatch):
    assert methodology.load() == "unchanged"
    ingenierie_of(dla)
    altered = methodology.read_file()
    altered["steps"][0]["help"] += " Autrement dit."
    monkeypatch.setattr(methodology, "read_file", lambda cycle="collective": altered)
    with pytest.raises(ValueError, match="une autre version"):
        methodology.load()


def test_a_new_ingenierie_has_its_own_copy_of_the_46_actions(dla):
    ingenierie = ingenierie_of(dla)
    assert ingenierie.state == Etat.IDENTIFIER
    assert ingenierie.checklist.count() == 46
    assert not ingenierie.checklist.exclude(state="a_faire").exists()


def test_the_gate_says_what_is_missing_and_refuses(dla, actor):
    ingenierie = ingenierie_of(dla)
    with pytest.raises(ConditionsNotMet) as refusal:
        perform(ingenierie, "engager", actor)
    assert len(refusal.value.reasons) == 3
    assert "il manque le contexte, les besoins, l’origine" in refusal.value.reasons[0]
    assert Ingenierie.objects.get(pk=ingenierie.pk).state == Etat.IDENTIFIER


def test_when_the_conditions_hold_the_step_passes_and_the_journal_tells_it(dla, actor):
    ingenierie = identified(ingenierie_of(dla))
    assert not any(c.blocks for c in gates.conditions_of(ingenierie))
    fresh = perform(ingenierie, "engager", actor)
    assert fresh.state == Etat.ENGAGER
    assert set(fresh.scopes.values_list("step", flat=True)) == {Etat.ENGAGER}
    entry = journal.entries_for(fresh).first()
    assert entry.verb == "projects.ingenierie.engager"
    assert entry.changes["state"] == ["identifier", "engager"]
    assert entry.actor_label == actor.label


def test_a_second_tab_and_a_double_click_are_told_what_happened(dla, actor):
    ingenierie = identified(ingenierie_of(dla))
    perform(ingenierie, "engager", actor)
    with pytest.raises(StaleState) as refusal:
        perform(ingenierie, "engager", actor, expected_state="identifier", version=ingenierie.version)
    assert [e.verb for e in refusal.value.entries] == ["projects.ingenierie.engager"]
    assert journal.entries_for(ingenierie).filter(verb="projects.ingenierie.engager").count() == 1


def test_a_blocking_condition_is_passed_over_with_a_written_reason_that_is_kept(dla, actor):
    ingenierie = ingenierie_of(dla)
    reasons = {"problematique": "Reprise d’un projet de 2024.", "ciblage": "Idem.", "role_dla": "Idem."}
    fresh = perform(ingenierie, "engager", actor, overrides=reasons)
    assert fresh.state == Etat.ENGAGER
    assert dict(ConditionLevee.objects.values_list("condition", "reason")) == reasons
    assert JournalEntry.objects.filter(verb="projects.condition_levee", scope_id=ingenierie.pk).count() == 3


def test_one_missing_reason_refuses_the_whole_and_writes_nothing(dla, actor):
    ingenierie = ingenierie_of(dla)
    with pytest.raises(ConditionsNotMet):
        perform(ingenierie, "engager", actor, overrides={"problematique": "Reprise.", "ciblage": "  "})
    assert not ConditionLevee.objects.exists()
    assert Ingenierie.objects.get(pk=ingenierie.pk).version == ingenierie.version


def test_the_condition_on_the_prestataire_is_never_passed_over(dla, actor):
    ingenierie = engaged(dla)
    everything = {c.code: "Motif." for rows in methodology.get(ingenierie.methodologie_id).gates.values() for c in rows}
    ingenierie = perform(ingenierie, "confirmer", actor, overrides=everything)
    with pytest.raises(InvalidInput, match="ne peut jamais être levée"):
        perform(ingenierie, "finaliser", actor, overrides=everything)
    without = {code: text for code, text in everything.items() if code != "prestataire"}
    with pytest.raises(ConditionsNotMet):
        perform(ingenierie, "finaliser", actor, overrides=without)


def test_stepping_back_and_abandoning_need_a_reason(dla, actor):
    ingenierie = engaged(dla)
    with pytest.raises(InvalidInput, match="motif"):
        perform(ingenierie, "revenir", actor)
    back = perform(ingenierie, "revenir", actor, reason="Le besoin a changé.")
    assert back.state == Etat.IDENTIFIER
    with pytest.raises(InvalidInput, match="motif"):
        perform(back, "abandonner", actor, reason="   ")


@pytest.mark.parametrize("left", ["identifier", "engager"])
def test_an_abandoned_ingenierie_reopens_to_the_step_it_left(dla, actor, left):
    ingenierie = ingenierie_of(dla) if left == "identifier" else engaged(dla)
    gone = perform(ingenierie, "abandonner", actor, reason="Plus de financeur.")
    assert gone.state == Etat.ABANDONNE
    again = perform(gone, "reouvrir", actor, reason="Un financeur revient.")
    assert again.state == left


def test_only_the_pilot_and_the_referent_decide(dla):
    associate, referent, neighbour = OrganisationFactory.create_batch(3)
    ingenierie = identified(ingenierie_of(dla, associes=[associate, referent], referent=referent))
    for organisation in (associate, neighbour):
        with pytest.raises(NotAllowed, match="revient au pilote"):
            perform(ingenierie, "engager", member_actor(organisation))
    with pytest.raises(NotAllowed, match="lecture seule"):
        perform(ingenierie, "engager", member_actor(dla, "lecture"))
    assert perform(ingenierie, "engager", member_actor(referent)).state == Etat.ENGAGER


def test_every_state_explains_each_of_its_actions_to_each_role(dla):
    reader = member_actor(dla, "lecture")
    pilot = member_actor(dla)
    seen = set()
    for ingenierie in (ingenierie_of(dla), engaged(dla)):
        for actor in (reader, pilot):
            for answer in available_actions(ingenierie, actor):
                seen.add(answer.action.name)
                assert answer.allowed or all(answer.reasons)
                assert not (actor is reader and answer.allowed)
    assert seen == {"engager", "confirmer", "revenir", "abandonner"}


def test_the_state_field_refuses_any_other_way_to_change(dla):
    ingenierie = ingenierie_of(dla)
    with pytest.raises(AttributeError):
        ingenierie.state = "cloture"
    with pytest.raises(TypeError, match="cycle de vie"):
        Ingenierie.objects.filter(pk=ingenierie.pk).update(state="cloture")
    with pytest.raises(TypeError, match="cycle de vie"):
        Ingenierie.objects.bulk_update([ingenierie], ["state"])


def test_gates_of_thirty_ingenieries_cost_what_one_costs(dla, django_assert_max_num_queries):
    ingenieries = [ingenierie_of(dla, titre=f"Ingénierie {n}") for n in range(30)]
    gates.evaluate(ingenieries[:1])
    with django_assert_max_num_queries(2):
        gates.evaluate(ingenieries[:1])
    with django_assert_max_num_queries(2):
        assert len(gates.evaluate(ingenieries)) == 30


def test_a_condition_nobody_answers_for_is_held_by_an_attestation(dla, actor, attested_convention):
    ingenierie = engaged(dla)
    reasons = {c.definition.code: "Motif." for c in gates.conditions_of(ingenierie) if c.blocks}
    ingenierie = perform(ingenierie, "confirmer", actor, overrides=reasons)
    from core import clock

    before = {c.definition.code: c for c in gates.conditions_of(ingenierie)}
    assert before["convention"].attestable and not before["convention"].ok
    services.attest(ingenierie, "convention", actor=actor, date=clock.today(), text="Convention signée, classeur 12.")
    after = {c.definition.code: c for c in gates.conditions_of(ingenierie)}
    assert after["convention"].ok and actor.label in after["convention"].detail
    with pytest.raises(InvalidInput, match="ne s’atteste pas"):
        services.attest(ingenierie, "type_ingenierie", actor=actor, date=clock.today(), text="Choisi.")


def test_facts_of_one_and_facts_of_many_are_the_same(dla):
    from projects import evidence, facts, tabs

    everyone = [*tabs.TABS, *gates.CONDITIONS, *evidence.EVIDENCE]
    one, other = identified(ingenierie_of(dla)), ingenierie_of(dla)
    many = facts.fetch([one.pk, other.pk], everyone)
    for ingenierie in (one, other, one):
        assert facts.fetch([ingenierie.pk], everyone) == {ingenierie.pk: many[ingenierie.pk]}
    assert facts.fetch([0], everyone) == {}
