package dev.palinode.training.recipe;

import dev.palinode.chat.ChatFormat;
import dev.palinode.chat.Message;
import dev.palinode.data.SafetyTriple;
import dev.palinode.training.objective.Supervision;
import dev.palinode.training.objective.TokenizedExample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Turns triples into token ids and makes them fit the longest sequence allowed, by a stated rule,
 * counting what was cut and what was dropped. Not thread-safe.
 */
final class ExampleTokenizer {
  private final ChatFormat format;
  private final Supervision supervision;
  private final int maxLength;
  private final BacktrackingSftSettings.Overlong overlong;
  private final List<TokenizedExample> examples = new ArrayList<>();
  private int cut;
  private int dropped;

  ExampleTokenizer(
      ChatFormat format,
      Supervision supervision,
      int maxLength,
      BacktrackingSftSettings.Overlong overlong) {
    this.format = format;
    this.supervision = supervision;
    this.maxLength = maxLength;
    this.overlong = overlong;
  }

  void add(SafetyTriple triple) {
    int[] safe = format.answer(triple.safe());
    int[] unsafe = format.answer(triple.unsafe());
    int[] unsafeText = Arrays.copyOf(unsafe, unsafe.length - 1); // without its end of turn
    List<Message> messages = triple.prompt();
    TokenizedExample example = new TokenizedExample(format.prompt(messages), safe, unsafeText);
    boolean shortened = false;
    while (supervision.longest(example) > maxLength) {
      Optional<List<Message>> shorter = withoutOldestExchange(messages);
      if (overlong == BacktrackingSftSettings.Overlong.DROP || shorter.isEmpty()) {
        dropped++;
        return;
      }
      messages = shorter.get();
      example = new TokenizedExample(format.prompt(messages), safe, unsafeText);
      shortened = true;
    }
    cut += shortened ? 1 : 0;
    examples.add(example);
  }

  /** Leaves out a question and its answer at the beginning; empty if only one question is left. */
  private static Optional<List<Message>> withoutOldestExchange(List<Message> messages) {
    return messages.size() > 2
        ? Optional.of(messages.subList(2, messages.size()))
        : Optional.empty();
  }

  /** What fits, in the order in which it came. */
  List<TokenizedExample> examples() {
    return examples;
  }

  /** Number of examples that fit after their oldest exchanges were left out. */
  int cut() {
    return cut;
  }

  /** Number of examples that do not fit. */
  int dropped() {
    return dropped;
  }
}
