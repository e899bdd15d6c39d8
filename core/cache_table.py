"""The table of the shared cache (rate limits hold over several processes) is made with the other tables."""

from django.conf import settings
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS

_DATABASE_CACHE = "django.core.cache.backends.db.DatabaseCache"


def ensure(sender=None, using: str = DEFAULT_DB_ALIAS, **kwargs) -> None:
    """``post_migrate`` handler: create the table of every database cache that has none. Idempotent."""
    if using == DEFAULT_DB_ALIAS and any(c["BACKEND"] == _DATABASE_CACHE for c in settings.CACHES.values()):
        call_command("createcachetable", database=using, verbosity=0)
