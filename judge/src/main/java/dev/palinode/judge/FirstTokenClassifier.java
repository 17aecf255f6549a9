package dev.palinode.judge;

import dev.palinode.token.Tokenizer;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.commons.lang3.ArrayUtils;
import org.apache.commons.lang3.Validate;

/**
 * Classifies by a model's probabilities for two words, {@code safe} and {@code unsafe}, without
 * generating.
 *
 * <p>The words differ at the first of their tokens that is not the same; the tokens before it are
 * fed to the model. White space that the model would begin with is fed too: Llama Guard 3 begins
 * with an empty line if its template does not contain it.
 */
final class FirstTokenClassifier {
  /** The most tokens of white space before the word. */
  static final int MAX_BLANKS = 2;

  private final Tokenizer tokenizer;
  private final int[] safe;
  private final int[] unsafe;
  private final int shared; // length of the words' common prefix, in tokens

  /**
   * @throws IllegalArgumentException if the tokens of one word begin with all those of the other
   */
  FirstTokenClassifier(Tokenizer tokenizer, int[] safe, int[] unsafe) {
    this.tokenizer = tokenizer;
    this.safe = safe;
    this.unsafe = unsafe;
    this.shared = Arrays.mismatch(safe, unsafe);
    Validate.isTrue(
        shared >= 0 && shared != Math.min(safe.length, unsafe.length),
        "the tokenizer has no tokens that tell safe from unsafe: %s and %s",
        Arrays.toString(safe),
        Arrays.toString(unsafe));
  }

  /**
   * The model's choice.
   *
   * @param mass the probability of either word, up to the first token in which they differ; NaN if
   *     the logits are damaged
   * @param unsafe the probability of {@code unsafe}, given either word; NaN if the mass is 0
   * @param soFar the prompt, the white space and the word {@code unsafe}
   */
  @SuppressWarnings("ArrayRecordComponent") // ids are arrays everywhere; never compared
  record Reading(double mass, double unsafe, int[] soFar) {}

  /** The most tokens that the model reads after the prompt. */
  int room() {
    return MAX_BLANKS + Math.max(safe.length, unsafe.length);
  }

  Reading read(KeptRow row, int[] prompt) {
    int[] soFar = prompt;
    float[] logits = row.read(soFar);
    // 1. White space, if the model would begin with any.
    for (int blanks = 0; blanks < MAX_BLANKS && isBlank(largest(logits)); blanks++) {
      soFar = ArrayUtils.addAll(soFar, largest(logits));
      logits = row.read(soFar);
    }
    // 2. The common prefix of both words.
    double reached = 1;
    for (int i = 0; i < shared; i++) {
      reached *= probability(logits, safe[i]);
      soFar = ArrayUtils.addAll(soFar, safe[i]);
      logits = row.read(soFar);
    }
    // 3. The first token in which they differ.
    double pSafe = probability(logits, safe[shared]);
    double pUnsafe = probability(logits, unsafe[shared]);
    int[] rest = Arrays.copyOfRange(unsafe, shared, unsafe.length);
    return new Reading(
        reached * (pSafe + pUnsafe), pUnsafe / (pSafe + pUnsafe), ArrayUtils.addAll(soFar, rest));
  }

  private boolean isBlank(int id) {
    String text = tokenizer.decode(new int[] {id}, false);
    return !text.isEmpty() && text.isBlank();
  }

  static int largest(float[] logits) {
    int best = 0;
    for (int id = 1; id < logits.length; id++) {
      best = logits[id] > logits[best] ? id : best;
    }
    return best;
  }

  private static double probability(float[] logits, int id) {
    double max = logits[largest(logits)];
    double sum =
        IntStream.range(0, logits.length).mapToDouble(i -> Math.exp(logits[i] - max)).sum();
    return Math.exp(logits[id] - max) / sum;
  }
}
