package dev.palinode.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What is found without folding is what folding finds. */
class QuickSearchTest {
  private static final String[] PIECES = {
    "hex",
    "HE",
    "h",
    "e",
    "x",
    "toad",
    "Toad",
    "stew",
    "st",
    "a",
    "an",
    "no",
    "b-",
    "-",
    ".",
    "'",
    " ",
    "  ",
    "\n",
    "\t ",
    "\u001c",
    "\u00A0",
    "’",
    "…",
    "é",
    "n\u0303",
    "\u0301",
    "\u00AD",
    "ｈ",
    "ж",
    "毒",
    "ﬁ",
    "\uD83D\uDC38",
    "\uD83D",
    "\u0345",
    "1",
    "_",
    "\u007f",
    "\u0000",
    "ﬆ"
  };

  @Provide
  Arbitrary<String> texts() {
    return Chunks.textsOf(PIECES);
  }

  @Provide
  Arbitrary<Set<String>> lexicons() {
    return Arbitraries.of(PIECES)
        .list()
        .ofMinSize(1)
        .ofMaxSize(4)
        .map(each -> String.join("", each))
        .filter(entry -> !FoldedText.of(entry).toString().isBlank())
        .set()
        .ofMinSize(1)
        .ofMaxSize(4);
  }

  @Property
  void anyLexicon_anyText(@ForAll("lexicons") Set<String> lexicon, @ForAll("texts") String text) {
    WordSearch search = new WordSearch(lexicon);

    assertThat(search.search(text, true)).isEqualTo(search.foldAndSearch(text, true));
  }

  @Property
  void longWords(@ForAll("texts") String before, @ForAll("texts") String after) {
    WordSearch search = new WordSearch(List.of("hex", "toad stew", "no - no", "café", "to 1 a"));
    for (String between :
        List.of("toad \n stew", "toad \u00A0 stew", "hex", "TO  1 A", "cafe\u0301", "toads tew")) {
      String text = before + between + after;
      assertThat(search.search(text, true)).isEqualTo(search.foldAndSearch(text, true));
    }
  }

  @Property
  void asciiIsNeverLeftToFolding(@ForAll("texts") String text) {
    String ascii =
        text.chars()
            .filter(c -> c < 128)
            .mapToObj(c -> String.valueOf((char) c))
            .collect(Collectors.joining());
    QuickSearch quick = new QuickSearch(new CharTrie(Map.of("hex", "hex")));

    assertThat(quick.search(ascii)).isNotNull();
  }

  @Example
  void quotationMarksAndDashes_areNotLeftToFolding() {
    QuickSearch quick = new QuickSearch(new CharTrie(Map.of("hex", "hex")));

    assertThat(quick.search("“I’m here – he’s”…")).isEqualTo(Verdict.safe());
  }
}
