package dev.palinode.model.network;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.lang3.Validate;

/**
 * Sequences with a shared prefix, which {@link Transformer#hiddenStates(List)} computes once for
 * all of them.
 *
 * @param prefix the shared prefix, at least one token
 * @param suffixes the rest of each sequence, one or more; a suffix may be empty
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record SharedPrefixBatch(int[] prefix, List<int[]> suffixes) {
  public SharedPrefixBatch {
    Validate.isTrue(
        prefix.length > 0 && !suffixes.isEmpty(),
        "a prefix of %s tokens with %s suffixes: expected at least one token and one suffix",
        prefix.length,
        suffixes.size());
    prefix = prefix.clone();
    suffixes = suffixes.stream().map(int[]::clone).toList();
  }

  /** Joins sequences with the same first token; the prefix is their longest common prefix. */
  public static SharedPrefixBatch joining(List<int[]> sequences) {
    Validate.isTrue(!sequences.isEmpty(), "no sequences: expected one or more to join");
    int[] first = sequences.get(0);
    int alike = first.length;
    for (int[] sequence : sequences) {
      int differing = Arrays.mismatch(first, sequence);
      alike = differing < 0 ? alike : Math.min(alike, differing);
    }
    Validate.isTrue(
        alike > 0,
        "the sequences do not begin alike: expected the same first token in all of them");
    int common = alike;
    return new SharedPrefixBatch(
        Arrays.copyOf(first, common),
        sequences.stream().map(all -> Arrays.copyOfRange(all, common, all.length)).toList());
  }

  /** Number of tokens in prefix and suffixes, all of which are computed. */
  public int tokens() {
    return prefix.length + suffixes.stream().mapToInt(suffix -> suffix.length).sum();
  }

  /** Number of tokens in the longest sequence. */
  public int longestSequence() {
    return prefix.length + suffixes.stream().mapToInt(suffix -> suffix.length).max().orElse(0);
  }

  /** Prefix and suffixes in the order of the row. */
  List<int[]> parts() {
    return Stream.concat(Stream.of(prefix), suffixes.stream()).toList();
  }

  /** Whether the row {@code prefix . suffix 1 . suffix 2 ...} is one plain sequence. */
  boolean isPlain() {
    return suffixes.stream().filter(suffix -> suffix.length > 0).count() <= 1;
  }

  /** Column of a suffix's first token in the row. */
  int firstColumn(int suffix) {
    return prefix.length + suffixes.stream().limit(suffix).mapToInt(each -> each.length).sum();
  }
}
