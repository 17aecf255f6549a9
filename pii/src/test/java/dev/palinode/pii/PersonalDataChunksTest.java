package dev.palinode.pii;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.guard.Guard;
import dev.palinode.guard.Verdict;
import dev.palinode.testkit.Chunks;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;

/** However a text is cut into chunks: no beginning of a clean text is unsafe. */
class PersonalDataChunksTest {
  private static final Guard EMAILS = new PersonalDataGuard(PersonalDataFinder.emails());
  private static final Guard PHONES = new PersonalDataGuard(PersonalDataFinder.phones("US"));

  @Provide
  Arbitrary<String> addresses() {
    return Chunks.textsOf(
        "ann",
        "@",
        ".",
        "example",
        "com",
        "c",
        "o",
        "1",
        "-",
        "_",
        " ",
        ",",
        "xn--",
        "@example.co",
        "ü",
        "u\u0308",
        "\uD835\uDC21",
        "भारत",
        "+",
        "\n",
        "'",
        "a23456789012345678901234567890123456789012345678901234567890123");
  }

  @Provide
  Arbitrary<String> numbers() {
    return Chunks.textsOf(
        "212",
        "-",
        "555",
        "0123",
        " ",
        "0199",
        "1",
        "+",
        "+1",
        "(",
        ")",
        "(415)",
        "212-555-0123",
        "x",
        "ext.",
        "\uFF45\uFF58\uFF54",
        "ext",
        " e",
        "xt",
        "extensió",
        "int",
        " ДОБ",
        "ｅｘｔ",
        "7\uD835\uDFD3",
        "#",
        ",",
        ";",
        ".",
        ":30",
        "/",
        "%",
        "$",
        "a",
        "\n",
        "*",
        "é",
        "\u00A0",
        "~",
        "2024-01-02 ",
        "12",
        "555-0123",
        "  ",
        "\u0301",
        "ー",
        "\uFF1A",
        "\u200B",
        "[",
        "]");
  }

  @Property(tries = 1000)
  void emails(@ForAll("addresses") String text) throws Exception {
    assertSound(EMAILS, text);
  }

  @Property(tries = 500)
  void emails_whatWasDecidedStands(@ForAll("addresses") String text) throws Exception {
    Chunks.assertDecisionsStand(EMAILS, text);
  }

  @Property(tries = 500)
  void phones_whatWasDecidedStands(@ForAll("numbers") String text) throws Exception {
    Chunks.assertDecisionsStand(PHONES, text);
  }

  @Property(tries = 500)
  void anOrdinaryWordThatHasEnded_isDecided(@ForAll("numbers") String before) throws Exception {
    String text = before + " and ";

    for (Guard guard : List.of(EMAILS, PHONES)) {
      Verdict verdict = guard.check(text, false);
      assertThat(verdict.isUnsafe() || verdict.safePrefixLength() == text.length()).isTrue();
    }
  }

  @Property(tries = 1000)
  void phones(@ForAll("numbers") String text) throws Exception {
    assertSound(PHONES, text);
  }

  @Property(tries = 20_000)
  @Tag("slow")
  void manyEmails(@ForAll("addresses") String text) throws Exception {
    assertSound(EMAILS, text);
    Chunks.assertDecisionsStand(EMAILS, text);
  }

  @Property(tries = 10_000)
  @Tag("slow")
  void manyPhones(@ForAll("numbers") String text) throws Exception {
    assertSound(PHONES, text);
    Chunks.assertDecisionsStand(PHONES, text);
  }

  private static void assertSound(Guard guard, String text) throws Exception {
    boolean isUnsafe = guard.check(text, true).isUnsafe();
    assertThat(Chunks.ofPrefixes(guard, text)).allMatch(verdict -> isUnsafe || !verdict.isUnsafe());
  }
}
