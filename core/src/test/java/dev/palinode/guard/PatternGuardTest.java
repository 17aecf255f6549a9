package dev.palinode.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PatternGuardTest {
  private static final PatternGuard WORDS =
      PatternGuard.words(List.of("ass", "hex", "Straße", "toad stew", "año", "c-4", "毒"));

  @ParameterizedTest
  @CsvSource({
    "a hex, 2",
    "HEX!, 0",
    "my _hex_ , 4",
    "ｈｅｘ, 0",
    "he\u00ADx, 0",
    "h\u200Bex, 0",
    "'say: toad \u00A0\n stew', 5",
    "STRASSE, 0",
    "ANO\u0303 nope, -1",
    "un AN\u0303O, 3",
    "un ano, -1",
    "c-4 and c-40, 0",
    "c-40, -1",
    "assist, -1",
    "bass, -1",
    "hex1, -1",
    "hexe\u0301, -1",
    "hex\u0301, -1",
    "toadstew, -1",
    "toad. stew, -1",
    "有毒的, 1",
    "\uD835\uDC21ex and hex, 0",
    "\uD83D\uDC38hex, 2",
  })
  void words_areFoundWhole_inAllTheirSpellings(String text, int from) throws Exception {
    Verdict verdict = WORDS.check(text, true);

    assertThat(verdict.isUnsafe() ? verdict.safePrefixLength() : -1).isEqualTo(from);
  }

  @Test
  void theReason_namesTheEntryAsTheLexiconSpellsIt() throws Exception {
    assertThat(WORDS.check("die STRASSE", true)).isEqualTo(Verdict.unsafe("word \"Straße\"", 4));
    assertThat(WORDS.check("", true)).isEqualTo(Verdict.safe());
  }

  @ParameterizedTest
  @ValueSource(strings = {"an ass", "a toad  ", "a toad  stew", "a hex", "a hex\u00AD", "c-4"})
  void partialText_mayYetBecomeAnotherWord(String text) throws Exception {
    assertThat(WORDS.check(text, false).label()).isEqualTo(Verdict.Label.SAFE);
  }

  @ParameterizedTest
  @CsvSource({
    "'', 0",
    "he, 0",
    "a he, 2",
    "'a hen ', 6",
    "'a toad ', 2",
    "'a toad sat ', 11",
    "'a hex\u0301 ', 7",
    "a toadst, 7",
    "'as \u00AD', 3",
    "on\uD83D, 1",
  })
  void words_areDecidedUpToWhereAnEntryMayBegin(String text, int decided) throws Exception {
    assertThat(WORDS.check(text, false)).isEqualTo(Verdict.safeUpTo(decided));
  }

  @Test
  void partialText_isUnsafeOnceTheWordHasEnded() throws Exception {
    assertThat(WORDS.check("a hex ", false).safePrefixLength()).isEqualTo(2);
    assertThat(WORDS.check("a hex.", false).isUnsafe()).isTrue();
    assertThat(WORDS.check("a toad stew,", false).isUnsafe()).isTrue();
  }

  @Test
  void aLexicon_needsEntries() {
    assertThatThrownBy(() -> PatternGuard.words(List.of()))
        .hasMessage("the lexicon is empty: it would call everything safe");
    assertThatThrownBy(() -> PatternGuard.words(List.of("hex", " ")))
        .hasMessage("the lexicon has a blank entry, \" \": every text would contain it");
  }
}
