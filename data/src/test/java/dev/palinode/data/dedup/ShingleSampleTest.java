package dev.palinode.data.dedup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ShingleSampleTest {
  @Property
  void similarityOfFew_isExact(
      @ForAll @Size(max = 200) List<@IntRange(min = -60, max = 60) Integer> one,
      @ForAll @Size(min = 1, max = 200) List<@IntRange(min = -60, max = 60) Integer> other) {
    Set<Integer> common = new HashSet<>(one);
    common.retainAll(other);
    Set<Integer> either = new HashSet<>(one);
    either.addAll(other);
    double expected = (double) common.size() / either.size();
    assertThat(sample(one).similarity(sample(other))).isEqualTo(expected);
    assertThat(sample(other).similarity(sample(one))).isEqualTo(expected);
  }

  @Test
  void similarityOfMany_isEstimated() {
    SplittableRandom random = new SplittableRandom(1);
    double square = 0;
    int tries = 200;
    for (int i = 0; i < tries; i++) {
      long[] hashes = random.longs(7_000).toArray(); // 4,000 in common
      ShingleSample one = ShingleSample.of(Arrays.copyOfRange(hashes, 0, 6000));
      ShingleSample other = ShingleSample.of(Arrays.copyOfRange(hashes, 2000, 7000));
      double error = one.similarity(other) - 4000.0 / 7000;
      square += error * error / tries;
    }
    assertThat(Math.sqrt(square)).isBetween(0.02, 0.05);
  }

  @Test
  void repeats_doNotThinTheSample() {
    ShingleSample repeated =
        ShingleSample.of(IntStream.range(0, 100_000).mapToLong(i -> i % 100).toArray());
    ShingleSample once = ShingleSample.of(IntStream.range(0, 100).asLongStream().toArray());
    assertThat(repeated.similarity(once)).isCloseTo(1, within(0.0));
  }

  private static ShingleSample sample(List<Integer> hashes) {
    return ShingleSample.of(hashes.stream().mapToLong(each -> each).toArray());
  }
}
