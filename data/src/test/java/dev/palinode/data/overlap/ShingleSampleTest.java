package dev.palinode.data.overlap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
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
      ShingleSample one = new ShingleSample(6000);
      ShingleSample other = new ShingleSample(5000);
      for (int j = 0; j < 5000; j++) { // 4,000 in common, 1,000 of each alone
        int hash = random.nextInt();
        one.add(hash);
        other.add(j < 4000 ? hash : random.nextInt());
      }
      for (int j = 0; j < 1000; j++) {
        one.add(random.nextInt());
      }
      one.finish();
      other.finish();
      double error = one.similarity(other) - 4000.0 / 7000;
      square += error * error / tries;
    }
    assertThat(Math.sqrt(square)).isBetween(0.02, 0.05);
  }

  @Test
  void repeats_doNotThinTheSample() {
    ShingleSample repeated = new ShingleSample(100_000);
    for (int i = 0; i < 100_000; i++) {
      repeated.add(Integer.MIN_VALUE + i % 100);
    }
    repeated.finish();
    ShingleSample once = new ShingleSample(100);
    for (int i = 0; i < 100; i++) {
      once.add(Integer.MIN_VALUE + i);
    }
    once.finish();
    assertThat(repeated.similarity(once)).isCloseTo(1, within(0.0));
  }

  private static ShingleSample sample(List<Integer> hashes) {
    ShingleSample sample = new ShingleSample(hashes.size());
    hashes.forEach(sample::add);
    sample.finish();
    return sample;
  }
}
