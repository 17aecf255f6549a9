package dev.palinode.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.regex.Pattern;
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

    assertThat(verdict.isUnsafe() ? verdict.safeUpTo() : -1).isEqualTo(from);
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

  @ParameterizedTest
  @CsvSource({
    "toad, a toad, 2, true",
    "toad, 'a to ', 5, false",
    "toad, a t, 2, false",
    "\\btoads?\\b, a toad, 2, false",
    "(?<=a )b+c, a b, 2, false",
    "(?<=a )b+c, o b, 3, false",
    "(?m)^b+c, o bb, 4, false",
    ".*x, 'a b ', 0, false",
    "\\X(?<=\u0301), 'a b ', 0, false",
    "(x|ex)?+h\\\\1, 'a b ', 0, false",
    "(x|ex)?h\\\\1, 'a b ', 4, false",
    "t[^.]*d, 'a t. Two t is so ', 9, false",
  })
  void patterns_areDecidedUpToWhereAnAttemptTouchesTheEnd(
      String regex, String text, int decided, boolean isUnsafe) throws Exception {
    Verdict verdict = PatternGuard.patterns(List.of(Pattern.compile(regex))).check(text, false);

    assertThat(verdict.safeUpTo()).isEqualTo(decided);
    assertThat(verdict.isUnsafe()).isEqualTo(isUnsafe);
  }

  @Test
  void partialText_isUnsafeOnceTheWordHasEnded() throws Exception {
    assertThat(WORDS.check("a hex ", false).safeUpTo()).isEqualTo(2);
    assertThat(WORDS.check("a hex.", false).isUnsafe()).isTrue();
    assertThat(WORDS.check("a toad stew,", false).isUnsafe()).isTrue();
  }

  @Test
  void aLexicon_needsEntries() {
    assertThatThrownBy(() -> PatternGuard.words(List.of()))
        .hasMessage("the lexicon is empty: it would call everything safe");
    assertThatThrownBy(() -> PatternGuard.words(List.of("hex", " ")))
        .hasMessage("the lexicon has a blank entry, \" \": every text would contain it");
    assertThatThrownBy(() -> PatternGuard.patterns(List.of()))
        .hasMessage("there is no pattern: the guard would call everything safe");
    assertThatThrownBy(() -> PatternGuard.patterns(List.of(Pattern.compile("x*"))))
        .hasMessage("pattern \"x*\" matches the empty text: no answer could pass it");
  }

  @Test
  void patterns_theEarliestMatchCounts() throws Exception {
    PatternGuard guard =
        PatternGuard.patterns(List.of(Pattern.compile("stew"), Pattern.compile("\\btoads?\\b")));

    assertThat(guard.check("one toad stew", true))
        .isEqualTo(Verdict.unsafe("pattern \"\\btoads?\\b\"", 4));
    assertThat(guard.check("one toad", false)).isEqualTo(Verdict.safeUpTo(4));
    assertThat(guard.check("one st", false)).isEqualTo(Verdict.safeUpTo(4));
    assertThat(guard.check("one to st", false)).isEqualTo(Verdict.safeUpTo(7));
    assertThat(guard.check("one toad ", false).safeUpTo()).isEqualTo(4);
    assertThat(guard.check("one stew", false).safeUpTo()).isEqualTo(4);
  }

  /** What follows "foo" must not be "bar": not certain before it is there. */
  @ParameterizedTest
  @CsvSource({
    "foo(?!bar), foob, foobar, foobaz",
    "(?>fo+)(?!t), foo, foot, foob",
    "[a-z]++(?<!t), foo, foot, 'foo '",
    "foo\\z, foo, foo., -",
    "foo$, foo, foo., -",
  })
  void patternsThatLookAhead_wait(String regex, String open, String clean, String unsafe)
      throws Exception {
    PatternGuard guard = PatternGuard.patterns(List.of(Pattern.compile(regex)));

    assertThat(guard.check(open, false)).isEqualTo(Verdict.safeUpTo(0));
    assertThat(guard.check(open, true).isUnsafe()).isTrue();
    assertThat(guard.check(clean, true)).isEqualTo(Verdict.safe());
    assertThat(guard.check(unsafe, true).isUnsafe()).isEqualTo(!unsafe.equals("-"));
  }

  @Test
  void anEndlessSearch_endsWhenInterrupted() {
    PatternGuard guard = PatternGuard.patterns(List.of(Pattern.compile("(?:(a|b|ab)*)*c\\1d")));
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> guard.check("ab".repeat(500), true))
        .isInstanceOf(InterruptedException.class);
    assertThat(Thread.interrupted()).isTrue();
  }
}
