"""Loading the demonstration: organisations, people, directories, then sixty ingénieries with their past."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from django.contrib.auth.hashers import make_password
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import transaction
from django.db.models import F, Max

from consultations.propositions.models import PieceScellee
from core import clock, journal
from core.models import Attachment, GeneratedDocument, Job, JobState, JournalEntry, MailState, OutboxMail
from demo import (
    appels,
    appels_suites,
    asking,
    bibliotheque,
    cahiers,
    comite,
    comite_editorial,
    contributions,
    data,
    dates,
    duplicates,
    entering,
    grilles,
    imports,
    lecture,
    mobilise,
    people,
    pieces,
    propositions,
    questionnaires,
    recherches,
    recits,
    resultats,
    seances,
    suivi,
    synthese,
    wording,
)
from demo.directories import Directories
from demo.marks import COMPLETE, Marks
from demo.people import World
from demo.portfolio import Portfolio
from demo.story import accompagnement, individuelles, needs, telling
from demo.story.course import Story
from projects.ingenierie.models import Ingenierie, IngenierieScope
from projects.methodologie import methodology
from referentiels import lists, loading
from referentiels.models import Departement, Secteur, TypePrestation

Say = Callable[[str], None]


def rows(world: World) -> list[dict]:
    """The sixty ingénieries, all in the shape of the attested ones."""
    names = {key: organisation.name.split(" (")[0] for key, organisation in world.organisations.items()}
    known = data.names()["partenaires"]
    completed = [
        wording.complete(
            row,
            Random(f"{row['key']}:texte"),
            departements=lists.by_code(Departement),
            secteurs=lists.by_code(Secteur),
            themes=lists.by_code(TypePrestation),
            dla_names=names,
            partners=known[row["region"]],
        )
        for row in data.invented()
    ]
    return [*data.attested(), *completed]


def load(say: Say) -> int:
    """Write what is not there yet; returns how many ingénieries were added.

    Raises ``LookupError`` when the reference lists are not loaded.
    """
    if not lists.items(Departement):
        raise LookupError("Les listes de référence sont absentes : lancez d’abord manage.py load_referentiels.")
    marks = Marks()
    offset = dates.offset()
    say("Organisations et personnes…")
    world = people.load(marks)
    directories = Directories(marks, world)
    say("Partenaires des trois régions…")
    # Known since the opening, before the first ingénierie.
    with clock.replay(dates.moment(people.OPENED + offset, 400)), transaction.atomic():
        directories.load_partners()
    say("Clauses et guides…")
    with transaction.atomic():
        cahiers.load_frames(marks, world, offset)
    say("Diagnostics…")
    accompagnement.load_mutualisation(marks, world, directories, offset)
    say("Quarante prestataires, dans chaque état…")
    password = make_password(people.PASSWORD)
    Portfolio(marks, world, password).load()
    entering.load(marks, world, password)
    comite_editorial.load(world, marks)
    all_rows = rows(world)
    added = 0
    for number, row in enumerate(all_rows, 1):
        key = f"ingenierie:{row['key']}"
        if key in marks:
            continue
        say(f"[{number:2}/{len(all_rows)}] {row['titre']}")
        with transaction.atomic():
            marks.set(key, telling.write(Story(row, world, directories, offset)))
        added += 1
    say("Séances des comités d’appui…")
    with transaction.atomic():
        comite.load(world, marks)
    accompagnement.load(marks, world)
    imports.load(marks, world)
    # Before what is written on the very day.
    with transaction.atomic():
        asking.load(marks, world)
    say("Réponses des structures, prestataires-partenaires…")
    with transaction.atomic():
        mobilise.load(marks, world)
    duplicates.load(marks, world)
    say("Ingénieries individuelles, diagnostics, mutualisation des besoins…")
    added += individuelles.load(marks, world, directories)
    needs.load(marks, world, directories)
    say("Appels aux prestataires…")
    cahiers.load_consents(marks)
    appels.load(marks, world)
    say("Propositions de prestataires…")
    with transaction.atomic():
        propositions.load(marks)
    say("Lecture des propositions, décisions…")
    lecture.load(marks)
    appels_suites.load(marks)
    say("Séances des missions…")
    with transaction.atomic():
        seances.load(marks)
    say("Missions : fiches de suivi, modifications…")
    with transaction.atomic():
        suivi.load(marks)
    with transaction.atomic():
        pieces.load(marks)
    say("Grilles d’évaluation…")
    with transaction.atomic():
        grilles.load(marks)
    with transaction.atomic():
        questionnaires.load(marks)
    with transaction.atomic():
        resultats.load(marks)
    with transaction.atomic():
        synthese.load(marks)
    say("Fiches expériences et monographies…")
    with transaction.atomic():
        recits.load(marks, world)
    say("Bibliothèque : ressources, comités éditoriaux, usages…")
    bibliotheque.load(marks, world)
    with transaction.atomic():
        recherches.load(marks)
    with transaction.atomic():
        contributions.load(marks)
    with transaction.atomic():
        _settle_the_past()
        marks.set(COMPLETE)
    return added


def _settle_the_past() -> None:
    """Its mails left on their day; its documents are still to be made, after those that somebody asks for; the last
    activity of an ingénierie is the last thing that its journal tells, whatever order it was written in."""
    entries = JournalEntry.objects.filter(scope_type=Ingenierie._meta.label_lower).order_by()
    for pk, last in entries.values_list("scope_id").annotate(last=Max("at")):
        Ingenierie.objects.filter(pk=pk).update(last_activity_at=last)
        IngenierieScope.objects.filter(ingenierie=pk).update(last_activity_at=last)
    mails = OutboxMail.objects.filter(state=MailState.EN_ATTENTE)
    jobs = Job.objects.filter(state=JobState.EN_ATTENTE)
    jobs.filter(mails__in=mails).update(state=JobState.FAIT, finished_at=F("run_after"))
    mails.update(state=MailState.ENVOYE, sent_at=F("created_at"))
    jobs.update(priority=-50)


def empty(say: Say) -> None:
    """Empty the whole database and its files, then put the reference lists and the methodology back."""
    say("Effacement de toutes les données…")
    names = [
        name
        for model in (Attachment, GeneratedDocument, PieceScellee)
        for name in model.objects.values_list("storage_key", flat=True)
    ]
    journal.lift_triggers()
    try:
        call_command("flush", interactive=False, verbosity=0)
    finally:
        journal.install_triggers()
    for name in names:
        if name:
            default_storage.delete(name)
    lists.forget()
    loading.load()
    methodology.get.cache_clear()
    methodology.load_all()
