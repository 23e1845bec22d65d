from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "ragportal.audit"
