package dev.palinode.data.dedup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WordsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Hello, World! | hello world",
        "don't | DON’T",
        "one—two | one - two",
        "wait… what | wait what",
        "ｆｕｌｌ ｗｉｄｔｈ １２ | full width 12",
        "ﬁne | fine",
        "caf\u00e9 | cafe\u0301",
        "STRASSE | straße",
        "ΣΊΣΥΦΟΣ | σίσυφος",
        "Привет, мир | привет МИР",
        "zero\u200Bwidth soft\u00ADhyphen | zerowidth softhyphen",
        "漢字かな | 漢 字 か な",
        "x\u00B2 | x2",
      })
  void sameText(String one, String other) {
    assertThat(Words.of(one)).isEqualTo(Words.of(other)).hasSameHashCodeAs(Words.of(other));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "resume | résumé",
        "a b | b a",
        "ab | a b",
        "abcdefghi | abcdefghj",
        "abcdefgh i | abcdefghi",
        "a | a a",
        "1 2 3 | 123",
        "Й | И",
      })
  void anotherText(String one, String other) {
    assertThat(Words.of(one)).isNotEqualTo(Words.of(other));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "?! ...", "’“”", "\u0301", "\u200B", "\uD83D\uDE00", "\uD800"})
  void countOfTextWithoutWords_isZero(String text) {
    assertThat(Words.of(text).count()).isZero();
  }

  @Test
  void controlCharacters_areNoDigits() {
    assertThat(Words.of("a\u0010\u0019b").count()).isEqualTo(2);
  }

  @Property(tries = 2000)
  void asciiText_isCutLikeARegularExpressionCutsIt(@ForAll("ascii") String text) {
    List<String> expected =
        List.of(text.toLowerCase(Locale.ROOT).split("[^a-z0-9]+")).stream()
            .filter(word -> !word.isEmpty())
            .toList();
    Words words = Words.of(text);
    assertThat(words.count()).isEqualTo(expected.size());
    for (int i = 0; i < expected.size(); i++) {
      assertThat(words.run(i, 1)).isEqualTo(Words.of(expected.get(i)).run(0, 1));
    }
  }

  @Property(tries = 2000)
  void anyText_isTheSequenceOfItsPieces(@ForAll("mixed") String text) {
    Words words = Words.of(text);
    int at = 0;
    for (String piece : text.split(" ", -1)) {
      Words alone = Words.of(piece);
      for (int i = 0; i < alone.count(); i++) {
        assertThat(words.run(at++, 1)).isEqualTo(alone.run(i, 1));
      }
    }
    assertThat(words.count()).isEqualTo(at);
  }

  @Property(tries = 1000)
  void anyText_isItselfInOtherLetters(@ForAll("mixed") String text) {
    assertThat(Words.of(text.toUpperCase(Locale.ROOT))).isEqualTo(Words.of(text));
  }

  @Test
  void run_isHashOfATextOfTheseWords() {
    Words words = Words.of("one two three four five");
    assertThat(words.run(1, 3)).isEqualTo(Words.of("Two, three: four").run(0, 3));
    assertThat(words.run(1, 3)).isNotEqualTo(words.run(0, 3));
    assertThat(words.run(1, 3)).isNotEqualTo(words.run(1, 2));
  }

  @Property
  void runs_areHashesOfTheRunsAlone(@ForAll("ascii") String text) {
    Words words = Words.of(text);
    for (int size = 1; size <= Math.min(7, words.count()); size++) {
      long[] runs = words.runs(size);
      assertThat(runs).hasSize(words.count() - size + 1);
      for (int i = 0; i < runs.length; i++) {
        assertThat(runs[i]).isEqualTo(words.run(i, size));
      }
    }
  }

  @Provide
  Arbitrary<String> ascii() {
    return Arbitraries.strings().withCharRange(' ', '~').withChars('a', 'b', ' ').ofMaxLength(60);
  }

  @Provide
  Arbitrary<String> mixed() {
    return Arbitraries.strings().withChars("ab cdZ9 é’Éß漢か\u0301\u200B—иЙσΣ€ ſﬁ.").ofMaxLength(40);
  }
}
