package dev.palinode.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.testkit.Chunks;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResetScannerTest {
  /** What remains visible, with a bar for each reset; the scanner's pieces put together. */
  private static String scanned(ResetScanner scanner, List<String> parts) {
    StringBuilder all = new StringBuilder();
    for (String part : parts) {
      for (ResetScanner.Piece piece : scanner.add(part)) {
        all.append(piece instanceof ResetScanner.Text text ? text.text() : "|");
      }
    }
    return all + scanner.end();
  }

  private static List<String> cut(String text, List<Integer> sizes) {
    List<String> parts = new ArrayList<>();
    for (int begin = 0; begin < text.length(); ) {
      int size = sizes.get(parts.size() % sizes.size());
      int end = Math.min(text.length(), begin + size);
      parts.add(text.substring(begin, end));
      begin = end;
    }
    return parts;
  }

  @Property
  void resets_areFoundHoweverTheTextIsCut(
      @ForAll("texts") String text,
      @ForAll @Size(min = 1, max = 6) List<@IntRange(min = 0, max = 9) Integer> sizes) {
    List<Integer> some = sizes.stream().mapToInt(i -> i).sum() == 0 ? List.of(1) : sizes;

    assertThat(scanned(new ResetScanner("[RESET]"), cut(text, some)))
        .isEqualTo(text.replace("[RESET]", "|"));
  }

  @Provide
  Arbitrary<String> texts() {
    return Chunks.textsOf("[RESET]", "[RESET", "[", "RES", "ET]", "[[", "]", "toad ", "🐸");
  }

  @ParameterizedTest
  @ValueSource(strings = {"aab", "abab", "aa", "[", "<|reset|>"})
  void aTokenThatOverlapsItself_isFound(String token) {
    String text = "a" + token + "b" + token + token + "a";

    for (int size = 1; size <= text.length(); size++) {
      assertThat(scanned(new ResetScanner(token), cut(text, List.of(size))))
          .as("in parts of %d", size)
          .isEqualTo(text.replace(token, "|"));
    }
  }

  @Test
  void onlyWhatMayBecomeTheToken_isKept() {
    ResetScanner scanner = new ResetScanner("[RESET]");

    assertThat(scanner.add("toad [RES")).containsExactly(new ResetScanner.Text("toad "));
    assertThat(scanner.add("T")).containsExactly(new ResetScanner.Text("[REST"));
    assertThat(scanner.end()).isEmpty();
  }

  @Test
  void withIds_textThatOnlySpellsTheToken_isText() {
    ResetScanner scanner = new ResetScanner("[RESET]");
    scanner.announce(0);
    String before = scanned(scanner, List.of("say [RE", "SET] "));
    scanner.announce(1);

    assertThat(before + scanned(scanner, List.of("now[RES", "ET]ok")))
        .isEqualTo("say [RESET] now|ok");
  }
}
