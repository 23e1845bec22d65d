"""`flush` as tests need it: it empties the audit records too, which the product's database refuses.

The triggers are taken away for the moment and come back.
"""

from typing import Any

from django.core.management.commands import flush
from django.db import connections

from ragportal.audit.append_only import TABLE, install_triggers, remove_triggers


class Command(flush.Command):
    def handle(self, **options: Any) -> None:
        connection = connections[options["database"]]
        if TABLE not in connection.introspection.table_names():
            super().handle(**options)
            return
        remove_triggers(connection)
        try:
            super().handle(**options)
        finally:
            install_triggers(connection)
