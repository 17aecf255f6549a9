package dev.palinode.token;

import java.util.Arrays;
import java.util.OptionalInt;
import org.apache.commons.lang3.ArrayUtils;

/** An immutable sequence of token ids. */
public final class TokenIds {
  private final int[] ids;

  private TokenIds(int[] ids) {
    this.ids = ids;
  }

  /** These ids. */
  public static TokenIds of(int... ids) {
    return new TokenIds(ids.clone());
  }

  /** Concatenates arrays of ids. */
  public static int[] join(int[]... parts) {
    return Arrays.stream(parts).flatMapToInt(Arrays::stream).toArray();
  }

  /** A copy of the ids. */
  public int[] toArray() {
    return ids.clone();
  }

  /** How many. */
  public int size() {
    return ids.length;
  }

  public boolean contains(int id) {
    return ArrayUtils.contains(ids, id);
  }

  /** The first id outside {@code [0, vocabSize)}. */
  public OptionalInt firstOutside(int vocabSize) {
    return Arrays.stream(ids).filter(id -> id < 0 || id >= vocabSize).findFirst();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TokenIds that && Arrays.equals(ids, that.ids);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(ids);
  }

  @Override
  public String toString() {
    return Arrays.toString(ids);
  }
}
