import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ragportal.knowledge.parsing.building import limit_text
from ragportal.knowledge.parsing.code import LONGEST_BLOCK, parse_code
from ragportal.knowledge.parsing.document import ParsedDocument, ParsingFailed
from ragportal.knowledge.parsing.formats import PARSERS, find_type
from ragportal.knowledge.parsing.grammars import GRAMMARS

LEDGER = '''"""Closing the books."""
import decimal

RATE = decimal.Decimal("0.21")

@dataclass
class Ledger:
    """What was booked."""

    entries: list

    # Only once a month.
    @property
    def total(self):
        """The sum."""
        return sum(self.entries)

    class Line:
        # How much.
        def amount(self): ...

async def close(ledger):
    await ledger
if __name__ == "__main__":
    close(Ledger())
'''


def parsed(text: str, name: str) -> ParsedDocument:
    document = PARSERS[find_type("", name, text.encode())](text.encode(), "")
    return document


def places(text: str, name: str) -> list[tuple[str, str]]:
    """Where each block is, and its first line."""
    document = parsed(text, name)
    return [(str(b.place), document.text[b.start : b.end].strip().split("\n")[0]) for b in document.blocks]


def test_python():
    assert places(LEDGER, "ledger.py") == [
        ("lines 1-4", '"""Closing the books."""'),
        ("Ledger", "@dataclass"),
        ("Ledger.total", "# Only once a month."),
        ("Ledger.Line", "class Line:"),
        ("Ledger.Line.amount", "# How much."),
        ("close", "async def close(ledger):"),
        ("lines 24-25", 'if __name__ == "__main__":'),
    ]


@pytest.mark.parametrize("name", ["basket.js", "basket.mjs", "basket.cjs", "basket.jsx", "basket.ts", "basket.tsx"])
def test_javascript(name):
    text = """// Licence

import tax from "./tax";
/** What a customer buys. */
export default class Basket extends Base {
  lines = [];
  static of(lines) { return new Basket(lines); }
  get total() { return 2 }
  #round = (sum) => { return sum };
}
export async function pay(basket) { return basket }
export const view = (basket) => { return basket.total };
const limits = { most() { return 1 } };
"""
    assert places(text, name) == [
        ("lines 1-3", "// Licence"),
        ("Basket", "/** What a customer buys. */"),
        ("Basket.of", "static of(lines) { return new Basket(lines); }"),
        ("Basket.total", "get total() { return 2 }"),
        ("Basket.round", "#round = (sum) => { return sum };"),
        ("pay", "export async function pay(basket) { return basket }"),
        ("view", "export const view = (basket) => { return basket.total };"),
        ("lines 13", "const limits = { most() { return 1 } };"),
    ]


def test_markup_in_javascript():
    text = "export function Page() {\n  return <main><b>Hi</b></main>;\n}\nclass Foot {}\n"
    assert [place for place, _ in places(text, "page.jsx")] == ["Page", "Foot"]
    assert [place for place, _ in places(text, "page.tsx")] == ["Page", "Foot"]


def test_typescript():
    text = """interface Line { sku: string; }
type Sku = string;
enum State { Open, Paid }
namespace Tax {
  export function rate(): number { return 0.21 }
}
abstract class Basket<T> {
  constructor(private lines: Line[]) {}
  abstract total(): number;
}
declare module "tax" {
  function z(): void;
}
"""
    assert [place for place, _ in places(text, "basket.ts")] == [
        "Line", "Sku", "State", "Tax", "Tax.rate", "Basket", "Basket.constructor", "Basket.total", "tax", "tax.z",
    ]  # fmt: skip


def test_java():
    text = """package norvane.ledger;
import java.util.*;
/** What was booked. */
public class Ledger {
  private int count = 1;
  static { open(); }
  Ledger() {}
  // Only once a month.
  @Override
  public void close() { }
  void close(int month) { }
  enum State {
    OPEN;
    boolean isOpen() { return true; }
  }
  record Line(int amount) { }
}
interface Store {
  default void put() {}
}
"""
    assert [place for place, _ in places(text, "Ledger.java")] == [
        "lines 1-2", "Ledger", "Ledger.Ledger", "Ledger.close", "Ledger.close", "Ledger.State", "Ledger.State.isOpen",
        "Ledger.Line", "Store", "Store.put",
    ]  # fmt: skip


def test_go():
    text = """// Package ledger closes the books.
package ledger

import "fmt"

// Ledger is what was booked.
type Ledger struct { lines []int }

type (
	Line int
	Sum  int
)

// Close ends a month.
func (l *Ledger) Close() {}
func (s Set[K]) Has() bool { return true }
func main() {}
"""
    assert [place for place, _ in places(text, "ledger.go")] == [
        "lines 1-4", "Ledger", "lines 9-12", "Ledger.Close", "Set.Has", "main",
    ]  # fmt: skip


@pytest.mark.parametrize("namespace", ["namespace Norvane.Ledger {", "namespace Norvane.Ledger;"])
def test_c_sharp(namespace):
    text = f"""using System;
{namespace}
  /// <summary>What was booked.</summary>
  public class Ledger : Base {{
    int count;
    Ledger() {{}}
    public int Total {{ get; set; }}
    void Close() {{ }}
    event Changed OnChange;
    struct Line {{
      int Amount() => 1;
    }}
    enum State {{ Open }}
  }}
{"}" if namespace.endswith("{") else ""}
"""
    assert [place for place, _ in places(text, "Ledger.cs")] == [
        "lines 1-2", "Ledger", "Ledger.Ledger", "Ledger.Total", "Ledger.Close", "Ledger", "Ledger.Line",
        "Ledger.Line.Amount", "Ledger.State",
    ]  # fmt: skip


class TestText:
    def test_is_the_code_itself_and_all_of_it_is_in_blocks(self):
        document = parsed(LEDGER, "ledger.py")
        assert document.text == LEDGER
        told = "".join(document.text[block.start : block.end] for block in document.blocks)
        assert "".join(told.split()) == "".join(LEDGER.split())
        assert document.text[document.blocks[2].start :].startswith("    # Only once")

    def test_is_bounded(self):
        limit_text(10)
        try:
            with pytest.raises(ParsingFailed, match="more than 10 characters"):
                parsed(LEDGER, "ledger.py")
        finally:
            limit_text(5_000_000)

    def test_may_declare_its_encoding(self):
        text = "#!/usr/bin/python\n# -*- coding: koi8-r -*-\nx = 'Привет'\n"
        assert "Привет" in parse_code(text.encode("koi8-r"), "", GRAMMARS["text/x-python"]).text


class TestComments:
    @pytest.mark.parametrize("above", ["x = 1  # about x\n", "# about nothing\n\n"])
    def test_that_do_not_stand_right_above_a_declaration_are_not_part_of_it(self, above):
        assert places(f"{above}def close():\n    pass\n", "x.py") == [
            ("lines 1", above.strip()),
            ("close", "def close():"),
        ]

    def test_that_do_are(self):
        text = "x = 1\n\n# Once\n# a month.\ndef close():\n    pass\n"
        assert places(text, "x.py")[1] == ("close", "# Once")


class TestLongFunctions:
    BODY = "".join(f"    if step_{n}:\n        run(step_{n})\n        log({n})\n\n" for n in range(40))

    def test_are_cut_between_statements_and_lean_on_their_signature(self):
        document = parsed(f"# Why.\ndef run_all(\n    first,\n):\n{self.BODY}\nx = 1\n", "run.py")
        head, *parts, rest = document.blocks
        assert document.text[head.start : head.end] == "# Why.\ndef run_all(\n    first,\n):"
        assert len(parts) > 4
        assert all(document.text[part.start :].startswith("    if step_") for part in parts)
        assert {(str(part.place), part.leader) for part in parts} == {("run_all", 0)}
        assert max(block.end - block.start for block in document.blocks) <= LONGEST_BLOCK
        assert (str(rest.place), rest.leader) == ("lines 166", None)

    def test_with_a_long_comment_lean_on_its_beginning(self):
        comment = "# One of many lines that say why.\n" * 20
        document = parsed(f"{comment}def run_all():\n{self.BODY}", "run.py")
        assert {block.leader for block in document.blocks} == {None, 0}
        assert max(block.end - block.start for block in document.blocks) <= LONGEST_BLOCK
        assert {str(block.place) for block in document.blocks} == {"run_all"}

    def test_are_not_cut_before_what_closes(self):
        items = "".join(f"    call_{n}(\n        {'x' * 30},\n    )\n" for n in range(30))
        document = parsed(f"def run_all():\n{items}", "run.py")
        assert not any(document.text[block.start : block.end].strip().startswith(")") for block in document.blocks)

    def test_are_cut_at_blank_lines_rather_than_elsewhere(self):
        steps = "".join(f"    step_{n}()\n" + "\n" * (n % 7 == 0) for n in range(100))
        document = parsed(f"def run_all():\n{steps}", "run.py")
        starts = [document.text[block.start : block.end].split("(")[0] for block in document.blocks[2:]]
        assert starts
        assert all(int(start.split("_")[1]) % 7 == 1 for start in starts)

    def test_a_statement_list_without_functions_has_lines_as_places(self):
        document = parsed("".join(f"step_{n} = 'a value of this step'\n" for n in range(40)), "steps.py")
        assert len(document.blocks) > 2
        assert [str(block.place) for block in document.blocks][:2] == ["lines 1-12", "lines 13-24"]
        assert {block.leader for block in document.blocks} == {None}


class TestBrokenCode:
    def test_is_read_as_far_as_it_can_be(self):
        text = "class Ledger {\n  void close() {\n    int x = ;\n  }\n  void open() {}\n\nclass Other {}\n"
        found = places(text, "Ledger.java")
        assert {"Ledger.close", "Ledger.open"} <= {place for place, _ in found}
        cut_off = places("class Ledger {\n  void close() {}\n  void open() {}\n  {{{", "Ledger.java")
        assert [place for place, _ in cut_off[1:]] == ["close", "open"]
        unopened = places("package a\n\nfunc Close() {\n  x})\n}\nfunc Open() {}\n", "ledger.go")
        assert [place for place, _ in unopened][1:] == ["Close", "Open"]
        assert places("def a():\n  return (\n\ndef b():\n  pass\n", "x.py")

    def test_declarations_that_share_a_line_stay_together(self):
        assert places("function a(){}function b(){}", "x.js") == [("a", "function a(){}function b(){}")]

    @pytest.mark.parametrize("media_type", GRAMMARS)
    @settings(deadline=None)  # the machine may be busy
    @given(text=st.text(alphabet="ab(){}[]:;=>\n\t \"'/*#@.<class>func", max_size=120))
    def test_of_any_kind_is_read(self, media_type, text):
        document = parse_code(text.encode(), "", GRAMMARS[media_type])
        told = "".join(document.text[block.start : block.end] for block in document.blocks)
        assert "".join(told.split()) == "".join(document.text.split())
