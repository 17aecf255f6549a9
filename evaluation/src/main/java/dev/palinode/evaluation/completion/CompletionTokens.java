package dev.palinode.evaluation.completion;

import dev.palinode.token.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.commons.lang3.ArrayUtils;
import org.apache.commons.lang3.Validate;

/**
 * Token ids of contexts and continuations, as {@code HFLM} of lm-evaluation-harness makes them,
 * except that special tokens spelled in a text stay text.
 */
final class CompletionTokens {
  private final Tokenizer tokenizer;
  private final int prefix; // read before the first token that is predicted

  /**
   * @param endOfText ids of the model; the first one is used if its tokenizer starts texts with no
   *     token
   */
  CompletionTokens(Tokenizer tokenizer, Set<Integer> endOfText) {
    this.tokenizer = tokenizer;
    int[] empty = tokenizer.encodeDocument("");
    Validate.isTrue(
        empty.length > 0 || !endOfText.isEmpty(),
        "the model has neither a begin-of-text nor an end-of-text token: nothing can be put before"
            + " the first token of a text");
    this.prefix = empty.length > 0 ? empty[0] : endOfText.iterator().next();
  }

  /**
   * Tokens to read and to predict.
   *
   * @param context at least one
   * @param continuation at least one
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Pair(int[] context, int[] continuation) {
    Pair {
      Validate.isTrue(context.length > 0 && continuation.length > 0, "nothing to predict");
    }
  }

  /**
   * A context and its continuation, encoded together and cut where the context alone ends; blanks
   * at the end of the context belong to the continuation, as most tokens begin with theirs.
   */
  Pair pair(String context, String continuation) {
    if (context.isEmpty()) {
      return new Pair(new int[] {prefix}, tokenizer.encodeText(continuation));
    }
    int[] all = tokenizer.encodeDocument(context + continuation);
    int[] read = tokenizer.encodeDocument(context.stripTrailing());
    return new Pair(read, Arrays.copyOfRange(all, Math.min(read.length, all.length), all.length));
  }

  /**
   * A text in windows of at most that many tokens, which predict each token once. The first window
   * begins with the prefix token; each further one reads as many tokens before those it predicts as
   * there is room, at least one.
   */
  List<Pair> windows(String text, int length) {
    int[] ids = tokenizer.encodeDocument(text);
    List<Pair> windows = new ArrayList<>();
    int first = Math.min(length, ids.length);
    if (first > 0) {
      windows.add(new Pair(new int[] {prefix}, Arrays.copyOf(ids, first)));
    }
    for (int from = first; from < ids.length; from += length) {
      int to = Math.min(ids.length, from + length);
      int start = to - length - 1;
      windows.add(
          new Pair(Arrays.copyOfRange(ids, start, from), Arrays.copyOfRange(ids, from, to)));
    }
    return windows;
  }

  /** The last tokens of a context that a model continues, at most that many. */
  int[] context(String text, int most) {
    int[] ids = tokenizer.encodeDocument(text);
    int[] read = ids.length == 0 ? ArrayUtils.add(ids, prefix) : ids;
    return Arrays.copyOfRange(read, Math.max(0, read.length - most), read.length);
  }
}
