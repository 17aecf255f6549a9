package dev.palinode.attack.autodan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.palinode.attack.Behavior;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** The parts of the genetic search. */
class SearchTest {
  @Property(tries = 200)
  void crossover_keepsSentencesInTheirPlaces(
      @ForAll @IntRange(min = 1, max = 8) int first,
      @ForAll @IntRange(min = 1, max = 8) int second,
      @ForAll @IntRange(min = 1, max = 5) int points,
      @ForAll long seed) {
    List<String> a = numbered("a", first);
    List<String> b = numbered("b", second);
    List<String> children =
        SentenceCrossover.cross(String.join(" ", a), String.join(" ", b), points, new Random(seed));
    List<String> one = sentences(children.get(0));
    List<String> other = sentences(children.get(1));
    assertThat(one).hasSize(first);
    assertThat(other).hasSize(second);
    for (int i = 0; i < Math.max(first, second); i++) {
      List<String> parents = new ArrayList<>();
      List<String> inherited = new ArrayList<>();
      parents.addAll(i < first ? List.of(a.get(i)) : List.of());
      parents.addAll(i < second ? List.of(b.get(i)) : List.of());
      inherited.addAll(i < first ? List.of(one.get(i)) : List.of());
      inherited.addAll(i < second ? List.of(other.get(i)) : List.of());
      assertThat(inherited).containsExactlyInAnyOrderElementsOf(parents);
    }
  }

  /** Sentences of both parents with the place of the request at the end of all of them. */
  private static List<String> numbered(String name, int count) {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(name + i + ".");
    }
    return all;
  }

  private static List<String> sentences(String child) {
    assertThat(child).endsWith(" " + Behavior.PLACE);
    return SentenceCrossover.sentences(child.substring(0, child.length() - 10)).stream()
        .map(String::strip)
        .toList();
  }

  @Test
  void crossover_keepsLineBreaks() {
    String text = "First. Second!\n\nA line\nThird? {request}";
    assertThat(SentenceCrossover.cross(text, text, 3, new Random(1))).containsExactly(text, text);
  }

  @Test
  void crossover_mixesBothParents() {
    Random random = new Random(1);
    String a = String.join(" ", numbered("a", 6));
    String b = String.join(" ", numbered("b", 6));
    String child = SentenceCrossover.cross(a, b, 5, random).get(0);
    assertThat(child).contains("a").contains("b");
  }

  @Test
  void draws_followTheScores() {
    List<Scored> all = List.of(new Scored("a", 0), new Scored("b", Math.log(3)));
    Random random = new Random(2);
    Map<String, Integer> counts = new HashMap<>();
    for (int i = 0; i < 4000; i++) {
      counts.merge(Scored.draw(all, random).prompt(), 1, Integer::sum);
    }
    assertThat(counts.get("b")).isCloseTo(3000, within(120)); // four standard deviations
  }

  @Test
  void unreadablePrompts_areNeverDrawn_unlessAllAre() {
    Scored unreadable = new Scored("long", Double.NEGATIVE_INFINITY);
    Random random = new Random(3);
    for (int i = 0; i < 100; i++) {
      assertThat(Scored.draw(List.of(unreadable, new Scored("a", -50)), random).prompt())
          .isEqualTo("a");
    }
    assertThat(Scored.draw(Collections.nCopies(2, unreadable), random)).isEqualTo(unreadable);
  }

  @Test
  void wordScores_areMeans_averagedWithThoseBefore() {
    Paraphrases table = Paraphrases.parse(List.of("big | large", "red | blue"));
    WordMomentum momentum = new WordMomentum(table, 2);
    momentum.learn(
        List.of(
            new Scored("a big big box", -1),
            new Scored("a large red box", -3),
            new Scored("the BIG box", -2)));
    assertThat(momentum.scores()).containsOnly(Map.entry("big", -1.5), Map.entry("large", -3.0));
    momentum.learn(List.of(new Scored("large", -1), new Scored("blue", -1.75)));
    momentum.learn(List.of(new Scored("a big box", Double.NEGATIVE_INFINITY)));
    assertThat(momentum.scores()).containsOnly(Map.entry("big", -1.5), Map.entry("blue", -1.75));
  }

  @Test
  void words_areReplacedByRememberedOnes_only() {
    Paraphrases table = Paraphrases.parse(List.of("big | large | huge", "red | blue"));
    WordMomentum momentum = new WordMomentum(table, 9);
    momentum.learn(List.of(new Scored("a large box", -1)));
    Random random = new Random(4);
    assertThat(momentum.apply("Big red box {request}", 1, random))
        .isEqualTo("Large red box {request}");
    assertThat(momentum.apply("Big red box", 0, random)).isEqualTo("Big red box");
  }
}
