"""Searching a normalised column: ``LIKE`` everywhere, served by a trigram index on PostgreSQL where it can be had."""

from __future__ import annotations

from functools import lru_cache

import structlog
from django.db import connections, models, transaction
from django.db.utils import DatabaseError

from core.text import search_words

log = structlog.get_logger(__name__)


def matching(queryset: models.QuerySet, query: str, *, field: str = "search_text") -> models.QuerySet:
    """Keep the rows whose normalised ``field`` holds every word of ``query`` (nothing typed keeps them all)."""
    for word in search_words(query):
        # `contains`, not `icontains`: the column is already lower case and UPPER() would hide it from the index.
        queryset = queryset.filter(**{f"{field}__contains": word})
    return queryset


@lru_cache(maxsize=1)
def has_trigrams(using: str = "default") -> bool:
    """May this database compare spellings (PostgreSQL with ``pg_trgm``)? Asked once per process."""
    connection = connections[using]
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")
        return cursor.fetchone() is not None


def ensure_trigram_index(model: type[models.Model], *, field: str = "search_text", using: str = "default") -> bool:
    """(Re)install the trigram index of ``model.field``; idempotent; called by a ``post_migrate`` handler.

    Kept out of the migrations: the same migrations run on both databases, and on a PostgreSQL where the account may
    not create ``pg_trgm`` the search stays right, only slower. Returns whether the index is there.
    """
    connection = connections[using]
    table = model._meta.db_table
    if connection.vendor != "postgresql" or table not in connection.introspection.table_names():
        return False
    quote = connection.ops.quote_name
    try:
        with transaction.atomic(using=using), connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")
            if cursor.fetchone() is None:
                cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            cursor.execute(
                f"CREATE INDEX IF NOT EXISTS {quote(f'{table}_{field}_trgm')} "
                f"ON {quote(table)} USING gin ({quote(field)} gin_trgm_ops)"
            )
    except DatabaseError as error:
        log.warning("search.trigram_index_unavailable", table=table, error=str(error).strip())
        return False
    return True
