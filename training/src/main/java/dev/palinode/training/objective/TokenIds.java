package dev.palinode.training.objective;

import java.util.Arrays;

/** Helper for arrays of token ids. */
public final class TokenIds {
  private TokenIds() {}

  /** Concatenates arrays. */
  public static int[] join(int[]... parts) {
    return Arrays.stream(parts).flatMapToInt(Arrays::stream).toArray();
  }
}
