from ragportal.common.errors import InvalidInput


def test_says_what_happened_what_was_kept_and_what_to_do():
    error = InvalidInput("It broke.", kept="Nothing was changed.", todo="Try less.")
    assert str(error) == "It broke. Nothing was changed. Try less."
    assert (error.happened, error.kept, error.todo) == ("It broke.", "Nothing was changed.", "Try less.")


def test_leaves_out_what_there_is_not():
    assert str(InvalidInput("It broke.")) == "It broke."
