package dev.palinode.decode.sampling;

import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Token counts for penalties: how often each token occurs in the visible generated text, and which
 * occur in the prompt.
 *
 * <p>An undo removes the tokens that it withdraws, so that they are not penalized. A reset token is
 * never appended, because it is not visible. Not thread-safe.
 */
public final class TokenHistory {
  private final Set<Integer> prompt;
  private final Map<Integer, Integer> counts = new HashMap<>(); // 0 if only in the prompt

  /**
   * A history without generated tokens.
   *
   * @param prompt token ids of the context, which may be empty
   */
  public TokenHistory(int[] prompt) {
    this.prompt = Arrays.stream(prompt).boxed().collect(Collectors.toSet());
    this.prompt.forEach(id -> counts.put(id, 0));
  }

  /** Appends a generated token. */
  public void append(int id) {
    counts.merge(id, 1, Integer::sum);
  }

  /** Removes a generated token, which was appended before. */
  public void remove(int id) {
    counts.computeIfPresent(
        id, (same, count) -> count > 1 || prompt.contains(id) ? count - 1 : null);
  }

  /** How often each token occurs in the generated text: 0 if only in the prompt. */
  public Map<Integer, Integer> counts() {
    return Collections.unmodifiableMap(counts);
  }
}
