package dev.palinode.pii.ner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.pii.PersonalData;
import dev.palinode.pii.PersonalDataFinder;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EntityFinderTest {
  private static String found(String text) {
    return LoadedFinder.get().find(text, true).stream()
        .map(data -> data.type() + "[" + text.substring(data.start(), data.end()) + "]")
        .reduce("", (all, each) -> all + each);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "My name is Jennifer Alvarez and I live in Springfield, Ohio."
            + "|PERSON[Jennifer Alvarez]PLACE[Springfield]PLACE[Ohio]",
        "She works at Microsoft with Dr. O'Neill's wife."
            + "|ORGANISATION[Microsoft]PERSON[O'Neill]",
        "I met François Müller in Zürich on Monday."
            + "|PERSON[François Müller]PLACE[Zürich]DATE[Monday]",
        "The French paid 40 percent of it.|GROUP[French]PERCENT[40 percent]",
        "'Tom Baker\u00A0slept.\nAnn Miller did not.'|PERSON[Tom Baker]PERSON[Ann Miller]",
        "There is nothing to be seen here.|''",
      })
  void entities_standWhereTheTextHasThem(String text, String expected) {
    assertThat(found(text)).isEqualTo(expected);
  }

  @Test
  void partialText_isUndecided() {
    String text = "My name is Jennifer Alvarez. ";

    assertThat(LoadedFinder.get().find(text, false)).isEmpty();
    assertThat(LoadedFinder.get().stablePrefixLength(text)).isZero();
  }

  @Test
  void tooLittleMemory_isSaidBeforeLoading() {
    assertThatThrownBy(() -> Models.requireMemory(1_000_000_000))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("needs a heap of 1200 MB, and the JVM may use 1000 MB")
        .hasMessageContaining("-Xmx1500m");
  }

  @Test
  void loadingAndFinding_printNothing() {
    assertThat(LoadedFinder.printedWhileLoading()).isEmpty();
  }

  @Test
  void whatHasAForm_standsBeforeNames() {
    PersonalDataFinder all =
        PersonalDataFinder.ruleBased("US").and(LoadedFinder.get()).withoutOverlaps();
    String text = "Mail Jennifer Alvarez at jennifer.alvarez@example.com or call (212) 555-0123.";

    assertThat(all.find(text, true))
        .extracting(PersonalData::type)
        .containsExactly(
            PersonalData.Type.PERSON, PersonalData.Type.EMAIL, PersonalData.Type.PHONE);
  }

  @Test
  void severalThreads_findWhatOneFinds() throws Exception {
    List<String> texts =
        IntStream.range(0, 200)
            .mapToObj(
                i -> "Jennifer Alvarez paid Tom Baker $" + i + " in Springfield on May " + i % 30)
            .toList();
    List<List<PersonalData>> alone =
        texts.stream().map(text -> LoadedFinder.get().find(text, true)).toList();

    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<List<PersonalData>>> tasks = new ArrayList<>();
      texts.forEach(text -> tasks.add(() -> LoadedFinder.get().find(text, true)));
      List<Future<List<PersonalData>>> together = threads.invokeAll(tasks);
      for (int i = 0; i < texts.size(); i++) {
        assertThat(together.get(i).get()).isEqualTo(alone.get(i)).isNotEmpty();
      }
    } finally {
      threads.shutdown();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "A ",
        "a.",
        "a-",
        "a.a-",
        "1.",
        "1-1 ",
        "a:",
        "a:a@",
        "a_",
        "(",
        "( ",
        "(a) ",
        "\"",
        "\" ",
        "$",
        "%a ",
        "'",
        "’s ",
        "no. ",
        "...",
        "!? ",
        "http://",
        "http://a.",
        "www.a.",
        ":) ",
        "\uD83D",
        "\uD83D\uDE00 ",
        "\u0301",
        "漢",
        "\u200B",
        "Ann ",
        "Ann-Ann.",
        "\n",
        "x&",
        "a/",
        "é́ "
      })
  void monotonousText_doesNotHangOrFail(String piece) {
    String text = piece.repeat(40_000 / piece.length());
    String words =
        (piece.strip().repeat(100).substring(0, Math.min(99, piece.strip().length() * 100)) + " ")
            .repeat(300);

    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> {
          LoadedFinder.get().find(text, true);
          LoadedFinder.get().find(words, true);
        });
  }

  @Provide
  Arbitrary<String> oddTexts() {
    return Arbitraries.of(
            "Ann",
            "Miller",
            "I",
            "in",
            "Boston",
            "'",
            "\"",
            "“",
            "’s",
            "n't",
            ".",
            "...",
            "-",
            "--",
            "$",
            "%",
            "#",
            "5",
            "10",
            "no.",
            "(",
            ")",
            "[",
            "]",
            "/",
            ":)",
            "http://",
            "www.a.com",
            "@",
            "\u00A0",
            "\u2003",
            "\u200B",
            "\uD83D\uDE00",
            "\uD83D",
            "\uDE00",
            "é",
            "\u0301",
            "漢字",
            "\t",
            "\n",
            "Dr.",
            "U.S.",
            "cannot",
            "gonna",
            "!!!",
            "’90s",
            "km",
            "5kg",
            "$5",
            "1990-1995",
            "&",
            "<br>",
            " ",
            " ",
            " ",
            "\u0000",
            "\uFFFF",
            "x".repeat(120))
        .list()
        .ofMaxSize(14)
        .map(pieces -> String.join("", pieces));
  }

  @Property(tries = 3000)
  void oddText_hasEntitiesWithinIt(@ForAll("oddTexts") String text) {
    int end = 0;
    for (PersonalData data : LoadedFinder.get().find(text, true)) {
      assertThat(data.start()).isGreaterThanOrEqualTo(end);
      end = data.end();
      assertThat(text.substring(data.start(), end)).matches(found -> hasLetterOrDigit(found));
      assertThat(text.substring(data.start(), end)).doesNotContain("\n");
    }
    assertThat(end).isLessThanOrEqualTo(text.length());
  }

  private static boolean hasLetterOrDigit(String text) {
    return text.codePoints().anyMatch(Character::isLetterOrDigit);
  }
}
