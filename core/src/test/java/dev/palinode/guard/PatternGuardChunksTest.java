package dev.palinode.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.testkit.Chunks;
import java.util.List;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** However a text is cut into chunks, unsafe text is found and safe text is not stopped. */
class PatternGuardChunksTest {
  private static final PatternGuard WORDS =
      PatternGuard.words(List.of("hex", "toad stew", "año", "毒", "strasse", "ι", "n ñ n a"));

  @Provide
  Arbitrary<String> texts() {
    return Chunks.textsOf(
        "hex",
        "Hex",
        "h",
        "ex",
        "es",
        "toad",
        "stew",
        " recipe",
        " ",
        "\n",
        "\u00A0",
        "a",
        "ano",
        "n",
        "ñ",
        "n\u0303",
        "\u0301",
        "o",
        "毒",
        "\u00AD",
        "\u200D",
        "\uFE0F",
        ".",
        "_",
        "1",
        "2",
        "straße",
        "STRASSE",
        "ｓtrasse",
        "\uD83D\uDC38",
        "\uD835\uDC21ex",
        "\uD834\uDD65",
        "각",
        "x",
        "\r",
        "\u0345",
        "\u0323",
        "\u00A8",
        "\u2026",
        "\u3000");
  }

  /** Another search for the simplest entry: every place where it is a whole word. */
  @Property
  void plainWords_areFoundAsByALookAround(@ForAll("texts") String text) throws Exception {
    String plain = text.replaceAll("[^a-z .\\n]", "");
    boolean expected =
        Pattern.compile("(?<![a-z])(?:hex|toad\\s+stew|strasse)(?![a-z])").matcher(plain).find();

    assertThat(WORDS.check(plain, true).isUnsafe()).isEqualTo(expected);
  }

  @Property
  void words_noBeginningOfACleanTextIsUnsafe(@ForAll("texts") String text) throws Exception {
    assertSound(WORDS, text);
  }

  @Property
  void words_whatWasDecidedStands(@ForAll("texts") String text) throws Exception {
    Chunks.assertDecisionsStand(WORDS, text);
  }

  @Property
  void anOrdinaryWordThatHasEnded_isDecided(@ForAll("texts") String before) throws Exception {
    String text = before + " and ";

    Verdict verdict = WORDS.check(text, false);
    assertThat(verdict.isUnsafe() || verdict.safePrefixLength() == text.length()).isTrue();
  }

  @Property
  void aWord_isFoundAsSoonAsItHasEnded(@ForAll("texts") String text) throws Exception {
    String before = text + ". ";
    String whole = before + "hex. ";

    Verdict verdict = WORDS.check(whole, false);

    assertThat(verdict.isUnsafe()).isTrue();
    assertThat(verdict.safePrefixLength()).isLessThanOrEqualTo(before.length());
  }

  @Property
  void from_pointsAtTheMatch(@ForAll("texts") String text) throws Exception {
    Verdict verdict = WORDS.check(text, true);
    if (verdict.isUnsafe()) {
      Verdict rest = WORDS.check(text.substring(verdict.safePrefixLength()), true);
      assertThat(rest).isEqualTo(Verdict.unsafe(verdict.reason(), 0));
      assertThat(WORDS.check(text.substring(0, verdict.safePrefixLength()), true))
          .isEqualTo(Verdict.safe());
    }
  }

  private static void assertSound(Guard guard, String text) throws Exception {
    Verdict whole = guard.check(text, true);
    for (Verdict prefix : Chunks.ofPrefixes(guard, text)) {
      if (prefix.isUnsafe()) {
        assertThat(whole.isUnsafe()).isTrue();
        assertThat(whole.safePrefixLength()).isLessThanOrEqualTo(prefix.safePrefixLength());
      }
    }
  }
}
