package dev.palinode.training.objective;

import java.util.Arrays;

/** Sequences of token ids. */
public final class TokenIds {
  private TokenIds() {}

  /** One after the other. */
  public static int[] join(int[]... parts) {
    return Arrays.stream(parts).flatMapToInt(Arrays::stream).toArray();
  }
}
