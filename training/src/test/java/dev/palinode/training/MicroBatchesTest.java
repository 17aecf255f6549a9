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
  void microBatches_holdTheBatch_withinTheLimit(
      @ForAll @NotEmpty @Size(max = 60) List<@IntRange(min = 1, max = 300) Integer> lengths,
      @ForAll @IntRange(min = 1, max = 3000) int maxTokens) {
    List<List<Integer>> microBatches = MicroBatches.split(lengths, Integer::intValue, maxTokens);

    assertThat(microBatches.stream().flatMap(List::stream))
        .containsExactlyInAnyOrderElementsOf(lengths);
    for (List<Integer> microBatch : microBatches) {
      assertThat(microBatch).isNotEmpty();
      int longest = microBatch.stream().mapToInt(Integer::intValue).max().orElseThrow();
      assertThat(microBatch.size() == 1 || microBatch.size() * longest <= maxTokens).isTrue();
    }
  }
}
