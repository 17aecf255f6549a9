package dev.palinode.training.recipe;

import dev.palinode.chat.ChatFormat;
import dev.palinode.chat.Message;
import dev.palinode.chat.Role;
import dev.palinode.data.record.SafetyTriple;
import dev.palinode.data.record.SftExample;
import dev.palinode.token.TextTooLongException;
import dev.palinode.token.TokenIds;
import dev.palinode.training.objective.TokenizedExample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;

/**
 * Turns examples into token ids that fit the maximum length, and counts truncated and dropped
 * examples. Not thread-safe.
 *
 * <p>Text with more than 64 characters per allowed token counts as too long without being
 * tokenised, and so does text that the tokenizer {@linkplain TextTooLongException cannot encode}.
 *
 * <p>A common opening of both answers is moved to the prompt, as far as the tokens of both answers
 * agree. If it ends within a word, the tokens of that word stay in the answers and are learnt.
 */
final class ExampleTokenizer {
  private static final int MAX_CHARACTERS_PER_TOKEN = 64;

  private final ChatFormat format;
  private final ToIntFunction<TokenizedExample> longest;
  private final int maxLength;
  private final DataSettings.Overlong overlong;
  private int cut; // examples that were truncated to fit
  private int dropped; // examples that do not fit

  /** {@code longest}: tokens of the longest sequence that is made of an example. */
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

  /** Empty if the example does not fit. */
  Optional<TokenizedExample> tokenize(SftExample example) {
    Optional<TokenizedExample> fitting;
    try {
      fitting = shortened(example);
    } catch (TextTooLongException e) {
      fitting = Optional.empty();
    }
    dropped += fitting.isEmpty() ? 1 : 0;
    return fitting;
  }

  private Optional<TokenizedExample> shortened(SftExample example) {
    List<Message> messages = example.prompt();
    long characters = example.answers().stream().mapToLong(String::length).sum();
    if (isFarTooLong(characters)) {
      return Optional.empty();
    }
    Answers answers = example instanceof SafetyTriple triple ? pair(triple) : alone(example);
    Optional<TokenizedExample> fitting = fitting(answers, messages, characters);
    boolean whole = fitting.isPresent();
    while (fitting.isEmpty()
        && overlong == DataSettings.Overlong.TRUNCATE_OLDEST_TURNS
        && hasOlderExchange(messages)) {
      messages = withoutOldestExchange(messages);
      fitting = fitting(answers, messages, characters);
    }
    cut += fitting.isPresent() && !whole ? 1 : 0;
    return fitting;
  }

  private Optional<TokenizedExample> fitting(
      Answers answers, List<Message> messages, long characters) {
    long prompt = messages.stream().mapToLong(message -> message.content().length()).sum();
    return isFarTooLong(prompt + characters)
        ? Optional.empty()
        : Optional.of(answers.after(format.prompt(messages)))
            .filter(it -> longest.applyAsInt(it) <= maxLength);
  }

  private boolean isFarTooLong(long characters) {
    return characters > (long) MAX_CHARACTERS_PER_TOKEN * maxLength;
  }

  private Answers alone(SftExample example) {
    return new Answers(new int[0], format.answer(example.response()), new int[0]);
  }

  private Answers pair(SafetyTriple triple) {
    int[] safe = format.answer(triple.opening() + triple.safe());
    int[] unsafe = format.opening(triple.opening() + triple.unsafe());
    int shared = 0;
    if (!triple.opening().isBlank()) {
      int opening = format.opening(triple.opening()).length;
      // each answer keeps a token, even if one is a prefix of the other
      int alike = Arrays.mismatch(safe, unsafe);
      shared = Math.min(opening, Math.min(alike, unsafe.length - 1));
    }
    return new Answers(
        Arrays.copyOf(safe, shared),
        Arrays.copyOfRange(safe, shared, safe.length),
        Arrays.copyOfRange(unsafe, shared, unsafe.length));
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Answers(int[] opening, int[] safe, int[] unsafe) {
    TokenizedExample after(int[] prompt) {
      return new TokenizedExample(TokenIds.join(prompt, opening), safe, unsafe);
    }
  }

  private static int systemMessages(List<Message> messages) {
    return messages.get(0).role() == Role.SYSTEM ? 1 : 0;
  }

  private static boolean hasOlderExchange(List<Message> messages) {
    return messages.size() > systemMessages(messages) + 2;
  }

  /** Removes the first question and its answer; keeps a system message. */
  private static List<Message> withoutOldestExchange(List<Message> messages) {
    int system = systemMessages(messages);
    List<Message> shorter = new ArrayList<>(messages.subList(0, system));
    shorter.addAll(messages.subList(system + 2, messages.size()));
    return shorter;
  }

  int cut() {
    return cut;
  }

  int dropped() {
    return dropped;
  }
}
