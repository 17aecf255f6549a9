package dev.palinode.pii.ner;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class TextPieceTest {
  @Example
  void linesArePieces_andBlanksArePlain() {
    assertThat(TextPiece.of("Ann\u00A0Miller\r\n\n in\tBoston "))
        .containsExactly(new TextPiece(0, "Ann Miller"), new TextPiece(12, "  in Boston "));
    assertThat(TextPiece.of("")).isEmpty();
    assertThat(TextPiece.of(" \n\u2028 ")).isEmpty();
  }

  @Example
  void wordsThatAreTooLong_areLeftOut() {
    String word = "x".repeat(TextPiece.LONGEST_WORD + 1);

    assertThat(TextPiece.of("a " + word + " b " + word))
        .extracting(piece -> piece.text().strip())
        .containsExactly("a", "b");
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.of(
            "a",
            "Ann",
            " ",
            "\u00A0",
            "\n",
            "\r",
            "\u2028",
            "\t",
            "\uD83D\uDE00",
            "\uD83D",
            "é",
            ".",
            "y".repeat(100),
            "z".repeat(101),
            "word ".repeat(900))
        .list()
        .ofMaxSize(15)
        .map(pieces -> String.join("", pieces));
  }

  @Property
  void allWordsButLongOnes_standInPiecesWhereTheyWere(@ForAll("texts") String text) {
    List<TextPiece> pieces = TextPiece.of(text);

    int end = 0;
    StringBuilder words = new StringBuilder();
    for (TextPiece piece : pieces) {
      assertThat(piece.start()).isGreaterThanOrEqualTo(end);
      end = piece.start() + piece.text().length();
      assertThat(piece.text().length()).isLessThanOrEqualTo(TextPiece.LONGEST_PIECE + 101);
      assertThat(plain(text.substring(piece.start(), end))).isEqualTo(piece.text());
      words.append(piece.text()).append(' ');
    }
    assertThat(words(words.toString()))
        .isEqualTo(words(plain(text)).stream().filter(word -> word.length() <= 100).toList());
  }

  private static List<String> words(String text) {
    return Arrays.stream(text.split(" ")).filter(word -> !word.isEmpty()).toList();
  }

  private static String plain(String text) {
    return text.replaceAll("[\\s\u00A0\u2028]", " ");
  }
}
