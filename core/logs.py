"""Structured logs: one event a line, JSON in production, each with the id of its request."""

from __future__ import annotations

import logging
import logging.config
import re
from typing import Any

import structlog

#: What django.core.signing makes: a value, « : », its signature.
_SIGNATURE = re.compile(r"([\w-]+):[A-Za-z0-9_-]{27,}")


def hide_signatures(logger: Any, method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Leave out of the logs what makes a personal link work: the signature that ends it."""
    if isinstance(event.get("event"), str):
        event["event"] = _SIGNATURE.sub(r"\1:…", event["event"])
    return event


def configure(options: dict[str, Any]) -> None:
    """Set up logging. ``options``: ``level`` (INFO…) and ``format`` (``json`` or ``console``)."""
    shared = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        hide_signatures,
    ]
    renderer = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if options["format"] == "json"
        else structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    )
    final = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if options["format"] == "json":
        final.append(structlog.processors.format_exc_info)
    final.append(renderer)
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "main": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "foreign_pre_chain": shared,
                    "processors": final,
                }
            },
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "main"}},
            "root": {"handlers": ["stderr"], "level": options["level"]},
            "loggers": {
                "fontTools": {"level": "WARNING"},
                "weasyprint": {"level": "ERROR"},
            },
        }
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
