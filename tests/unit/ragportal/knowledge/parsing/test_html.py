import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragportal.knowledge.parsing.document import ParsingFailed
from ragportal.knowledge.parsing.html import MOST_NESTED, parse_html, parse_markup


def blocks_of(markup: str) -> list[tuple[str, str]]:
    parsed = parse_markup(markup)
    return [(block.kind, parsed.text[block.start : block.end]) for block in parsed.blocks]


class TestWhatAReaderSees:
    @pytest.mark.parametrize(
        "hidden",
        [
            "<script>x</script>",
            "<style>x</style>",
            "<template>x</template>",
            "<noscript>x</noscript>",
            "<nav>x</nav>",
            "<!-- x -->",
            "<?php x ?>",
            "<p hidden>x</p>",
            '<p aria-hidden="true">x</p>',
            '<p style="color: red; display : NONE">x</p>',
            "<button>x</button>",
            "<svg><title>x</title></svg>",
            "<ul><li hidden>x</li></ul>",
            "<iframe src='http://127.0.0.1:9/'>x</iframe>",
        ],
    )
    def test_nothing_hidden(self, hidden):
        assert blocks_of(f"<p>before</p>{hidden}<p>after</p>") == [("paragraph", "before"), ("paragraph", "after")]

    def test_text_after_something_hidden_stays(self):
        assert blocks_of("<p>one <script>x</script>two <!-- x -->three</p>") == [("paragraph", "one two three")]

    def test_text_of_links_and_pictures_without_addresses(self):
        markup = '<p>See <a href="http://x.test/y">the guide</a> <img alt="a map" src="z.png">now</p>'
        assert blocks_of(markup) == [("paragraph", "See the guide a map now")]

    def test_entities_line_breaks_and_odd_spaces(self):
        assert blocks_of("<p>a&amp;b&nbsp;&eacute; &#8364;<br>next\n line</p>") == [("paragraph", "a&b é €\nnext line")]

    def test_a_link_around_blocks_does_not_glue_them(self):
        assert blocks_of("<a><div>one</div><div>two</div></a>three") == [
            ("paragraph", "one"),
            ("paragraph", "two"),
            ("paragraph", "three"),
        ]

    def test_the_main_part_alone_where_the_page_names_one(self):
        assert blocks_of("<body><header>menu</header><main><p>text</p></main><footer>legal</footer>") == [
            ("paragraph", "text")
        ]
        assert blocks_of("<body>page<main> </main>") == [("paragraph", "page")]

    def test_code_keeps_its_lines(self):
        assert blocks_of("<pre><code>if a:\n\tb  c\n</code></pre>") == [("code", "if a:\n    b  c")]

    def test_quotes(self):
        assert blocks_of("<blockquote>said<p>more</p></blockquote><p>end</p>") == [
            ("quote", "said"),
            ("quote", "more"),
            ("paragraph", "end"),
        ]


class TestHeadings:
    def test_each_block_knows_its_sections(self):
        parsed = parse_markup("<p>a</p><h1>T</h1><h2>S</h2><p>b</p><h2>U</h2><p>c</p>")
        assert [block.headings for block in parsed.blocks] == [(), (), ("T",), ("T", "S"), ("T",), ("T", "U")]

    def test_the_title_is_the_first_heading_of_level_1_else_what_the_head_says(self):
        assert parse_markup("<title>Page - Site</title><h2>x</h2><h1>The <b>page</b></h1>").title == "The page"
        assert parse_markup("<title>Page -\n Site</title><p>x</p>").title == "Page - Site"
        assert parse_markup("<p>x</p>").title == ""


class TestLists:
    def test_an_item_knows_its_lead_in_and_a_nested_one_its_parent(self):
        parsed = parse_markup(
            "<p>You need:</p><ul><li>a card<ol start=3><li>blue</li><li>red</li></ol></li><li>a key</li></ul>"
        )
        assert [(b.kind, b.level, b.leader, b.marker) for b in parsed.blocks] == [
            ("paragraph", 0, None, ""),
            ("list_item", 1, 0, "-"),
            ("list_item", 2, 1, "3."),
            ("list_item", 2, 1, "4."),
            ("list_item", 1, 0, "-"),
        ]

    def test_a_list_right_after_a_heading_or_another_list_has_no_lead_in(self):
        parsed = parse_markup("<h2>H</h2><ul><li>a</ul><ul><li>b</ul>")
        assert [block.leader for block in parsed.blocks] == [None, None, None]

    def test_further_paragraphs_belong_to_their_item(self):
        parsed = parse_markup("<ul><li><p>a</p><p>more</p><pre>code</pre></li></ul>")
        assert [(b.kind, b.leader) for b in parsed.blocks] == [("list_item", None), ("paragraph", 0), ("code", 0)]

    def test_a_list_in_an_item_without_text_is_led_by_what_leads_the_outer(self):
        parsed = parse_markup("<p>Lead:</p><ul><li><ul><li>a</li></ul></li></ul>")
        assert parsed.blocks[1].leader == 0

    def test_a_definition_is_led_by_its_term(self):
        parsed = parse_markup("<dl><dt>PTO<dd>paid time off<dt>SLA<dd>a promise</dl>")
        assert [(b.kind, b.leader) for b in parsed.blocks] == [
            ("paragraph", None),
            ("list_item", 0),
            ("paragraph", None),
            ("list_item", 2),
        ]


class TestSafety:
    def test_entities_that_point_elsewhere_are_not_read(self, tmp_path):
        (tmp_path / "secret").write_text("secret words")
        markup = f'<!DOCTYPE html [<!ENTITY x SYSTEM "file://{tmp_path}/secret">]><p>a &x; b</p>'
        assert "secret words" not in parse_markup(markup).text

    @pytest.mark.parametrize("tag", ["div", "b", "blockquote", "ul><li", "table><tr><td"])
    def test_what_is_nested_too_deeply_is_refused(self, tag):
        with pytest.raises(ParsingFailed, match="levels deep"):
            parse_markup(f"<{tag}>" * 5000 + "text")

    @pytest.mark.parametrize("tag", ["div", "h1><b", "table><tr><td>a<td><b"])
    def test_the_limit_is_ours_before_it_is_that_of_the_html_library(self, tag):
        with pytest.raises(ParsingFailed, match="levels deep"):
            parse_markup(f"<{tag}>" + "<i>" * (MOST_NESTED + 20) + "text")

    def test_what_is_nested_deeply_is_read(self):
        assert blocks_of("<div>" * (MOST_NESTED - 10) + "text") == [("paragraph", "text")]

    def test_a_large_broken_page_is_read_in_reasonable_time(self):
        started = time.process_time()
        parse_markup("<p>a<td rowspan=9999 colspan=9999>b<li><!--" * 20_000)
        assert time.process_time() - started < 20  # a guard against quadratic work, not a measurement

    @pytest.mark.parametrize("body", [b"<!-- only -->", b"<script>x</script>", b"<html></html>"])
    def test_a_page_without_text_has_no_blocks(self, body):
        assert parse_html(body, "").blocks == ()

    @given(
        st.lists(
            st.sampled_from(
                "<p> </p> <ul> <li> </li> </ul> <table> <tr> <td> <th rowspan=2> </table> <h1> </h1> <h3> <pre> "
                "</pre> <blockquote> <br> <dl> <dt> <dd> <main> a b &lt; text. \n \u00e9".split(" ")
            ),
            max_size=40,
        ).map("".join)
    )
    def test_any_soup_gives_blocks_in_order_with_leaders_before_them(self, markup):
        parsed = parse_markup(markup)
        end = 0
        for place, block in enumerate(parsed.blocks):
            assert end <= block.start < block.end <= len(parsed.text)
            assert parsed.text[block.start : block.end].strip()
            assert block.leader is None or 0 <= block.leader < place
            end = block.end
        covered = {i for block in parsed.blocks for i in range(block.start, block.end)}
        assert all(character.isspace() or i in covered for i, character in enumerate(parsed.text))
