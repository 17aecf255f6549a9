package dev.palinode.decode;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.commons.lang3.Validate;

/**
 * The last tokens of one answer, held back from a client that cannot remove text: a token is passed
 * on once {@code window} later ones are visible, so that most withdrawn tokens are never sent. Not
 * thread-safe.
 *
 * @param <T> a token with its text
 */
public final class HeldBack<T> {
  /**
   * What was passed on of withdrawn tokens.
   *
   * @param tokens how many
   * @param text their text
   */
  public record Sent(int tokens, String text) {}

  private final int window;
  private final Function<T, String> text;
  private final Deque<T> held = new ArrayDeque<>();

  /**
   * Holds nothing yet.
   *
   * @param window how many tokens, 0 or more; {@link Integer#MAX_VALUE} for the whole answer
   * @param text of a token
   */
  public HeldBack(int window, Function<T, String> text) {
    Validate.isTrue(window >= 0, "the window is %s tokens: expected 0 or more", window);
    this.window = window;
    this.text = text;
  }

  /** Adds a visible token, and returns the one to be passed on, if there is one. */
  public Optional<T> add(T token) {
    held.addLast(token);
    return held.size() > window ? Optional.of(held.removeFirst()) : Optional.empty();
  }

  /**
   * Drops withdrawn tokens.
   *
   * @param tokens how many: the last ones
   * @param withdrawn their text
   * @return those that were passed on before
   */
  public Sent withdraw(int tokens, String withdrawn) {
    int sent = tokens;
    int length = withdrawn.length();
    while (sent > 0 && !held.isEmpty()) {
      length -= text.apply(held.removeLast()).length();
      sent--;
    }
    return new Sent(sent, withdrawn.substring(0, length));
  }

  /** Ends the answer: returns all tokens that are still held, in order. */
  public List<T> release() {
    List<T> rest = List.copyOf(held);
    held.clear();
    return rest;
  }
}
