from django.apps import AppConfig
from django.core.checks import register

from ragportal.common.checks import check_adapters, check_data_folder, check_databases, check_work


class CommonConfig(AppConfig):
    name = "ragportal.common"

    def ready(self) -> None:
        for check in (check_adapters, check_data_folder, check_databases, check_work):
            register(check)
