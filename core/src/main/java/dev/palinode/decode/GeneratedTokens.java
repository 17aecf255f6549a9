package dev.palinode.decode;

import java.util.Arrays;

/** The generated tokens of a request, shared by its contexts. */
final class GeneratedTokens {
  private int[] ids = new int[16]; // [size]
  private int size;

  int size() {
    return size;
  }

  int get(int index) {
    return ids[index];
  }

  void append(int id) {
    if (size == ids.length) {
      ids = Arrays.copyOf(ids, 2 * size);
    }
    ids[size++] = id;
  }

  void truncate(int length) {
    size = length;
  }
}
