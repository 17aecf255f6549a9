package dev.palinode.decode.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
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
  void appendsAndRemovals_leaveWhatAHistoryFromScratchHas(
      @ForAll("prompts") List<Integer> prompt, @ForAll("steps") List<Integer> steps) {
    TokenHistory history = new TokenHistory(array(prompt));
    List<Integer> standing = new ArrayList<>();
    for (int step : steps) {
      if (step >= 0) {
        history.append(step);
        standing.add(step);
      } else {
        List<Integer> gone = standing.subList(Math.max(0, standing.size() + step), standing.size());
        gone.forEach(history::remove);
        gone.clear();
      }
      assertSame(history, prompt, standing);
    }
  }

  private static void assertSame(
      TokenHistory history, List<Integer> prompt, List<Integer> standing) {
    TokenHistory fresh = new TokenHistory(array(prompt));
    standing.forEach(fresh::append);
    assertThat(history.counts()).isEqualTo(fresh.counts());
    history
        .counts()
        .forEach((id, count) -> assertThat(count).isEqualTo(Collections.frequency(standing, id)));
    Set<Integer> distinct = new HashSet<>(prompt);
    distinct.addAll(standing);
    assertThat(history.counts().keySet()).isEqualTo(distinct);
  }

  private static int[] array(List<Integer> ids) {
    return ids.stream().mapToInt(Integer::intValue).toArray();
  }

  @Test
  void counts_knowPromptAndGeneratedApart() {
    TokenHistory history = new TokenHistory(new int[] {7, 8, 7});
    history.append(8);
    history.append(9);

    assertThat(history.counts()).isEqualTo(Map.of(7, 0, 8, 1, 9, 1));
  }

  @Test
  void aPrompt_mayHaveManyTokens() {
    TokenHistory history = new TokenHistory(IntStream.range(0, 1000).toArray());

    assertThat(history.counts()).hasSize(1000);
  }
}
