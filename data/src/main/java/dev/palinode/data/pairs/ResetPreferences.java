package dev.palinode.data.pairs;

import dev.palinode.data.record.PreferencePair;
import dev.palinode.data.record.SafetyTriple;
import dev.palinode.data.record.SftExample;
import dev.palinode.token.Tokenizer;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.apache.commons.lang3.Validate;

/**
 * Makes the preference pairs of backtracking DPO (Zhang et al., section 3.2) as text, for other
 * trainers: the reset token is written out in the answers. {@code palinode train} does not need
 * this: its recipe makes the same pairs from the same triples, in token ids.
 *
 * <p>An unsafe answer either <em>elicits</em> a reset, {@code prefix(y-) R y+} over {@code y-}, or
 * <em>discourages</em> a needless one, {@code y+} over {@code prefix(y+) R y-}; utility data
 * discourages, {@code y} over {@code prefix(y) R y}. Prefix lengths are uniform from 1 to all
 * tokens; a cut within a character moves to its end. Each example gives one pair, which depends on
 * the seed and the order of the examples. Not thread-safe.
 */
public final class ResetPreferences {
  private final Tokenizer tokenizer;
  private final String resetToken;
  private final double elicitFraction;
  private final SplittableRandom random;

  /**
   * @param tokenizer of the model to be trained; prefixes are cut between its tokens
   * @param resetToken text of the reset token
   * @param elicitFraction probability that an unsafe answer elicits a reset, 0 to 1
   */
  public ResetPreferences(
      Tokenizer tokenizer, String resetToken, double elicitFraction, long seed) {
    boolean isFraction = elicitFraction >= 0 && elicitFraction <= 1;
    Validate.isTrue(isFraction, "elicit fraction is %s: expected 0 to 1", elicitFraction);
    this.tokenizer = tokenizer;
    this.resetToken = resetToken;
    this.elicitFraction = elicitFraction;
    this.random = new SplittableRandom(seed);
  }

  /** The pair of an example; an opening becomes part of the answers. */
  public PreferencePair of(SftExample example) {
    boolean elicit = random.nextDouble() < elicitFraction;
    double cut = random.nextDouble();
    SftExample whole = example.withoutOpening();
    if (!(whole instanceof SafetyTriple triple)) {
      return discourage(whole, whole.response(), cut);
    }
    return elicit
        ? new PreferencePair(
            triple.prompt(),
            prefix(triple.unsafe(), cut) + resetToken + triple.safe(),
            triple.unsafe())
        : discourage(triple, triple.unsafe(), cut);
  }

  private PreferencePair discourage(SftExample example, String afterReset, double cut) {
    return new PreferencePair(
        example.prompt(),
        example.response(),
        prefix(example.response(), cut) + resetToken + afterReset);
  }

  private String prefix(String answer, double cut) {
    int[] ids = tokenizer.encodeText(answer);
    for (int length = 1 + (int) (cut * ids.length); length < ids.length; length++) {
      String text = tokenizer.decode(Arrays.copyOf(ids, length), false);
      if (answer.startsWith(text)) {
        return text;
      }
    }
    return answer;
  }
}
