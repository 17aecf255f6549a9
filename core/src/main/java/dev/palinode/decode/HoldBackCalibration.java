package dev.palinode.decode;

import dev.palinode.token.Transcript;
import dev.palinode.token.Transcript.Withdrawal;
import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;

/**
 * How long a stream has to be held back so that little of what is taken back was sent before.
 *
 * <p>An undo of n tokens finds n - w of them sent behind a window of w. The smallest window is
 * wanted that keeps the expected number of sent tokens below a share of the expected number of
 * discarded ones, for a generation like the recorded ones. Taking the window that just does so on
 * the record would be too hopeful; conformal risk control (Angelopoulos et al., 2022, theorem 1)
 * adds the worst possible generation to the record. Its guarantee holds in expectation over
 * records, for generations that are exchangeable with the recorded ones: same model, same kind of
 * prompts, same settings.
 *
 * @param window tokens to hold back
 * @param sentShare share of the record's discarded tokens that would have been sent
 * @param discarded tokens of the record that were discarded
 */
public record HoldBackCalibration(int window, double sentShare, long discarded) {
  /**
   * Picks a window.
   *
   * @param recorded generations of the kind that is to be streamed, those without an undo included
   * @param share of the discarded tokens that may be sent, above 0 and below 1
   * @param maxNewTokens the most that a generation may discard
   * @return empty if the record is too small for such a share: about {@code maxNewTokens / share}
   *     discarded tokens are needed at least
   */
  public static Optional<HoldBackCalibration> of(
      Collection<Transcript> recorded, double share, int maxNewTokens) {
    if (!(share > 0 && share < 1)) {
      throw new IllegalArgumentException(
          "the share is " + share + ": expected more than 0 and less than 1");
    }
    if (maxNewTokens < 1) {
      throw new IllegalArgumentException(
          "maxNewTokens is " + maxNewTokens + ": expected 1 or more");
    }
    int[] undos = undos(recorded);
    long discarded = Arrays.stream(undos).asLongStream().sum();
    int longest = Arrays.stream(undos).max().orElse(0);
    double worst = (1 - share) * maxNewTokens; // sent less allowed, of the generation not seen
    for (int window = 0; window <= longest; window++) {
      long sent = sent(undos, window);
      if (sent + worst <= share * discarded) {
        return Optional.of(new HoldBackCalibration(window, (double) sent / discarded, discarded));
      }
    }
    return Optional.empty();
  }

  /** How many tokens each undo took back. */
  private static int[] undos(Collection<Transcript> generations) {
    return generations.stream()
        .flatMap(each -> each.withdrawals().stream())
        .mapToInt(Withdrawal::tokens)
        .toArray();
  }

  /** Discarded tokens that a stream held back by that many would have sent. */
  private static long sent(int[] undos, int window) {
    long sent = 0;
    for (int tokens : undos) {
      sent += Math.max(0, tokens - window);
    }
    return sent;
  }

  /** Share of the discarded tokens of other generations that this window would have sent. */
  public double sentShare(Collection<Transcript> generations) {
    int[] undos = undos(generations);
    long discarded = Arrays.stream(undos).asLongStream().sum();
    return discarded == 0 ? 0 : (double) sent(undos, window) / discarded;
  }
}
