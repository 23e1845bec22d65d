from django.apps import AppConfig


class AnsweringConfig(AppConfig):
    name = "ragportal.answering"
