package dev.palinode.training.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class BalancedPartitionTest {
  @Test
  void theMostCostlyComeFirst() {
    assertThat(BalancedPartition.into(2, new long[] {3, 3, 2, 2, 2}))
        .containsExactly(0, 1, 0, 1, 0);
    assertThat(BalancedPartition.into(3, new long[] {9, 1, 1, 8, 7}))
        .containsExactly(0, 2, 1, 1, 2);
  }

  @Test
  void whatCostsNothing_isDividedTheSame() {
    assertThat(BalancedPartition.into(2, new long[4])).containsExactly(0, 1, 0, 1);
  }

  @Property
  void partsAreOfLikeCost(
      @ForAll @IntRange(min = 1, max = 9) int parts,
      @ForAll @Size(max = 60) List<@LongRange(min = 0, max = 4000) Long> costs) {
    long[] array = costs.stream().mapToLong(Long::longValue).toArray();

    int[] partOf = BalancedPartition.into(parts, array);

    long[] totals = new long[parts];
    for (int i = 0; i < array.length; i++) {
      totals[partOf[i]] += array[i];
    }
    long most = LongStream.of(array).max().orElse(0);
    assertThat(Arrays.stream(totals).max().orElseThrow())
        .isLessThanOrEqualTo(Arrays.stream(totals).min().orElseThrow() + most);
  }

  @Property
  void everyExampleIsInOnePart_inTheOrderOfTheBatch(
      @ForAll @IntRange(min = 1, max = 9) int size,
      @ForAll @Size(max = 40) List<@IntRange(min = 1, max = 500) Integer> lengths) {
    List<Integer> places = IntStream.range(0, lengths.size()).boxed().toList();
    List<Integer> all = new ArrayList<>();

    for (int rank = 0; rank < size; rank++) {
      List<Integer> part = GradientSync.shard(places, lengths::get, rank, size);
      assertThat(part).isSorted();
      assertThat(part).isEqualTo(GradientSync.shard(places, lengths::get, rank, size));
      assertThat(part.isEmpty()).isEqualTo(lengths.size() <= rank);
      all.addAll(part);
    }

    assertThat(all).containsExactlyInAnyOrderElementsOf(places);
  }
}
