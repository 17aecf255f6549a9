package dev.palinode.training.recipe;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import org.apache.commons.lang3.Validate;

/**
 * A split of examples into training and validation, by dialogue: with one dialogue on both sides,
 * the validation loss would measure training data.
 *
 * @param training examples to train on, in their order
 * @param validation held-out examples, drawn by the seed
 */
record HeldOut<T>(List<T> training, List<T> validation) {
  /**
   * @param questions the user's questions of each example; if those of one are a prefix of
   *     another's, both are of one dialogue
   * @param fraction that is held out, rounded down, but at least one dialogue if above 0
   * @throws IllegalArgumentException if nothing would be left to train on
   */
  static <T> HeldOut<T> split(
      List<T> all, List<List<String>> questions, double fraction, long seed) {
    Set<Integer> held = fraction == 0 ? Set.of() : held(dialogues(questions), fraction, seed);
    List<T> training = new ArrayList<>();
    List<T> validation = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      (held.contains(i) ? validation : training).add(all.get(i));
    }
    Validate.isTrue(
        !training.isEmpty(),
        "%s examples of %s dialogues: too few to keep %s of them for validation"
            + " (validation_fraction)",
        all.size(),
        dialogues(questions).size(),
        fraction);
    return new HeldOut<>(training, validation);
  }

  /** Indices of each dialogue's examples, in the order in which the dialogues begin. */
  private static List<List<Integer>> dialogues(List<List<String>> questions) {
    Set<List<String>> known = new HashSet<>(questions);
    Map<List<String>, List<Integer>> dialogues = new LinkedHashMap<>();
    for (int i = 0; i < questions.size(); i++) {
      List<String> own = questions.get(i);
      int asked = Math.min(1, own.size());
      while (!known.contains(own.subList(0, asked))) {
        asked++;
      }
      dialogues.computeIfAbsent(own.subList(0, asked), first -> new ArrayList<>()).add(i);
    }
    return new ArrayList<>(dialogues.values());
  }

  private static Set<Integer> held(List<List<Integer>> dialogues, double fraction, long seed) {
    int examples = dialogues.stream().mapToInt(List::size).sum();
    int wanted = Math.max(1, (int) (fraction * examples));
    List<List<Integer>> drawn = new ArrayList<>(dialogues);
    Collections.shuffle(drawn, new Random(seed));
    Set<Integer> held = new HashSet<>();
    for (List<Integer> dialogue : drawn) {
      if (held.size() + dialogue.size() <= wanted) {
        held.addAll(dialogue);
      }
    }
    if (held.isEmpty()) {
      held.addAll(Collections.min(drawn, (one, other) -> one.size() - other.size()));
    }
    return held;
  }

  /** Maps the examples of both sides; empty results are left out. */
  <R> HeldOut<R> map(Function<T, Optional<R>> made) {
    return new HeldOut<>(
        training.stream().flatMap(example -> made.apply(example).stream()).toList(),
        validation.stream().flatMap(example -> made.apply(example).stream()).toList());
  }
}
