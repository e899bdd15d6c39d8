"""What the tests of the kernel share."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest

import tests.core.essai.mails
import tests.core.essai.tasks  # noqa: F401 (registers the jobs of the tests)
from core.jobs.registry import DAILY, JOBS
from core.outbox import MAIL_CONTEXTS


@pytest.fixture
def essai_templates(settings) -> None:
    """The mail templates of the tests are found."""
    templates = copy.deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"].append(Path(__file__).parent / "essai" / "templates")
    settings.TEMPLATES = templates


@pytest.fixture(autouse=True)
def _forget_jobs_of_the_test():
    """A job, a mail or a daily run declared inside a test ends with it."""
    kept = [(registry, dict(registry._items)) for registry in (JOBS, DAILY, MAIL_CONTEXTS)]
    yield
    for registry, items in kept:
        registry._items.clear()
        registry._items.update(items)
