package dev.palinode.training.recipe;

import dev.palinode.chat.ChatFormat;
import dev.palinode.chat.Message;
import dev.palinode.chat.Role;
import dev.palinode.data.SafetyTriple;
import dev.palinode.data.SftExample;
import dev.palinode.training.objective.TokenizedExample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;

/**
 * Turns examples into token ids and makes them fit the longest sequence allowed, by a stated rule,
 * counting what was cut and what was dropped. Not thread-safe.
 */
final class ExampleTokenizer {
  private final ChatFormat format;
  private final ToIntFunction<TokenizedExample> longest;
  private final int maxLength;
  private final DataSettings.Overlong overlong;
  private final List<TokenizedExample> examples = new ArrayList<>();
  private int cut;
  private int dropped;

  /**
   * @param longest tokens of the longest sequence that the method may make of an example
   */
  ExampleTokenizer(
      ChatFormat format,
      ToIntFunction<TokenizedExample> longest,
      int maxLength,
      DataSettings.Overlong overlong) {
    this.format = format;
    this.longest = longest;
    this.maxLength = maxLength;
    this.overlong = overlong;
  }

  void add(SftExample example) {
    int[] safe = format.answer(example.response());
    int[] unsafe = new int[0];
    if (example instanceof SafetyTriple triple) {
      int[] ids = format.answer(triple.unsafe());
      unsafe = Arrays.copyOf(ids, ids.length - 1); // without its end of turn
    }
    List<Message> messages = example.prompt();
    TokenizedExample tokenized = new TokenizedExample(format.prompt(messages), safe, unsafe);
    boolean shortened = false;
    while (longest.applyAsInt(tokenized) > maxLength) {
      Optional<List<Message>> shorter = withoutOldestExchange(messages);
      if (overlong == DataSettings.Overlong.DROP || shorter.isEmpty()) {
        dropped++;
        return;
      }
      messages = shorter.get();
      tokenized = new TokenizedExample(format.prompt(messages), safe, unsafe);
      shortened = true;
    }
    cut += shortened ? 1 : 0;
    examples.add(tokenized);
  }

  /**
   * Leaves out the first question and its answer, and keeps a system message; empty if only one
   * question is left.
   */
  private static Optional<List<Message>> withoutOldestExchange(List<Message> messages) {
    int system = messages.get(0).role() == Role.SYSTEM ? 1 : 0;
    if (messages.size() <= system + 2) {
      return Optional.empty();
    }
    List<Message> shorter = new ArrayList<>(messages.subList(0, system));
    shorter.addAll(messages.subList(system + 2, messages.size()));
    return Optional.of(shorter);
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
