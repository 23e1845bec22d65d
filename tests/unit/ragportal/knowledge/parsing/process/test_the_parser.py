from ragportal.knowledge.parsing.process.the_parser import the_parser


def test_there_is_one_for_the_limits_of_the_settings(settings):
    first = the_parser()
    assert the_parser() is first
    settings.PARSER_SECONDS = 61
    assert the_parser() is not first
