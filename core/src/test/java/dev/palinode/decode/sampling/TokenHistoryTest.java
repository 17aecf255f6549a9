package dev.palinode.decode.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class TokenHistoryTest {
  private static final int VOCAB = 6;

  /** Ids of prompts and appends; a negative number removes this number of tokens, at most all. */
  @Provide
  Arbitrary<List<Integer>> steps() {
    return Arbitraries.integers().between(-5, VOCAB - 1).list().ofMaxSize(60);
  }

  @Provide
  Arbitrary<List<Integer>> prompts() {
    return Arbitraries.integers().between(0, VOCAB - 1).list().ofMaxSize(10);
  }

  @Property
  void appendsAndTruncates_leaveWhatAHistoryFromScratchHas(
      @ForAll("prompts") List<Integer> prompt, @ForAll("steps") List<Integer> steps) {
    TokenHistory history = new TokenHistory(array(prompt));
    List<Integer> standing = new ArrayList<>();
    for (int step : steps) {
      if (step >= 0) {
        history.append(step);
        standing.add(step);
      } else {
        int kept = Math.max(0, standing.size() + step);
        history.truncate(kept);
        standing.subList(kept, standing.size()).clear();
      }
      assertSame(history, prompt, standing);
    }
  }

  private static void assertSame(
      TokenHistory history, List<Integer> prompt, List<Integer> standing) {
    TokenHistory fresh = new TokenHistory(array(prompt));
    standing.forEach(fresh::append);
    assertThat(history.generated()).isEqualTo(standing.size()).isEqualTo(fresh.generated());
    assertThat(counts(history)).isEqualTo(counts(fresh));
    for (List<Integer> each : counts(history)) {
      int generated = Collections.frequency(standing, each.get(0));
      assertThat(each.get(2)).isEqualTo(generated);
      assertThat(each.get(1)).isEqualTo(generated + Collections.frequency(prompt, each.get(0)));
    }
    assertThat(history.distinct())
        .isEqualTo((int) Stream.concat(prompt.stream(), standing.stream()).distinct().count());
  }

  /** Each id with its count in all, and in the generated text. */
  private static List<List<Integer>> counts(TokenHistory history) {
    List<List<Integer>> counts = new ArrayList<>();
    for (int i = 0; i < history.distinct(); i++) {
      counts.add(List.of(history.id(i), history.count(i), history.generatedCount(i)));
    }
    return counts;
  }

  private static int[] array(List<Integer> ids) {
    return ids.stream().mapToInt(Integer::intValue).toArray();
  }

  @Test
  void counts_knowPromptAndGeneratedApart() {
    TokenHistory history = new TokenHistory(new int[] {7, 8, 7});
    history.append(8);
    history.append(9);

    assertThat(counts(history))
        .containsExactly(List.of(7, 2, 0), List.of(8, 2, 1), List.of(9, 1, 1));
  }

  @Test
  void truncate_outOfRange_isRefused() {
    TokenHistory history = new TokenHistory(new int[] {1, 2});
    history.append(3);

    assertThatThrownBy(() -> history.truncate(2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot keep 2 generated tokens: expected 0 to 1");
    assertThatThrownBy(() -> history.truncate(-1)).isInstanceOf(IllegalArgumentException.class);
  }
}
