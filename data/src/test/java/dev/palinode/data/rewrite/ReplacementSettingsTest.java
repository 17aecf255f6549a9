package dev.palinode.data.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.chat.Message;
import dev.palinode.data.record.Conversation;
import dev.palinode.decode.sampling.SamplingSettings;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;

/** The split of dialogues. */
class ReplacementSettingsTest {
  @Property(tries = 20)
  void aboutTheShare_isKeptForTheTest(
      @ForAll @DoubleRange(min = 0, max = 1) double share, @ForAll long seed) {
    ReplacementSettings split = split(share, seed);
    long kept = IntStream.range(0, 2000).filter(i -> split.isTest(dialogue(i))).count();

    // six standard deviations of a binomial
    assertThat((double) kept)
        .isBetween(2000 * share - 6 * deviation(share), 2000 * share + 6 * deviation(share));
  }

  private static double deviation(double share) {
    return Math.sqrt(2000 * share * (1 - share)) + 1;
  }

  @Example
  void sameDialogue_isOnTheSameSide_andAnotherSeedSplitsOtherwise() {
    List<Integer> first = test(1);
    assertThat(test(1)).isEqualTo(first);
    assertThat(test(2)).isNotEqualTo(first);
    assertThat(first).isNotEmpty();
  }

  @Example
  void borderOfMessages_isPartOfTheContent() {
    ReplacementSettings split = split(0.5, 3);
    long otherwise =
        IntStream.range(0, 200)
            .filter(
                i ->
                    split.isTest(new Conversation(List.of(Message.user("a b" + i))))
                        != split.isTest(
                            new Conversation(List.of(Message.user("a"), Message.user(" b" + i)))))
            .count();
    assertThat(otherwise).isBetween(50L, 150L);
  }

  private static List<Integer> test(long seed) {
    ReplacementSettings split = split(0.2, seed);
    return IntStream.range(0, 100).filter(i -> split.isTest(dialogue(i))).boxed().toList();
  }

  private static ReplacementSettings split(double testFraction, long seed) {
    return new ReplacementSettings(
        "", "", SamplingSettings.GREEDY, 1, 1, 1, seed, testFraction, Optional.empty());
  }

  private static Conversation dialogue(int number) {
    return new Conversation(
        List.of(Message.user("question " + number), Message.assistant("answer")));
  }
}
