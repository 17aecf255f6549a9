package dev.palinode.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;

class MicroBatchesTest {
  @Property
  void pieces_holdTheBatch_withinTheLimit(
      @ForAll @NotEmpty @Size(max = 60) List<@IntRange(min = 1, max = 300) Integer> lengths,
      @ForAll @IntRange(min = 1, max = 3000) int maxTokens) {
    List<List<Integer>> pieces = MicroBatches.split(lengths, Integer::intValue, maxTokens);

    assertThat(pieces.stream().flatMap(List::stream)).containsExactlyInAnyOrderElementsOf(lengths);
    for (List<Integer> piece : pieces) {
      assertThat(piece).isNotEmpty();
      int padded = piece.size() * piece.stream().mapToInt(Integer::intValue).max().orElseThrow();
      assertThat(piece.size() == 1 || padded <= maxTokens).isTrue();
    }
  }
}
