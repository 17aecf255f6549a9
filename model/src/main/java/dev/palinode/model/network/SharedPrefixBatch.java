package dev.palinode.model.network;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.lang3.Validate;

/**
 * Sequences with a shared prefix: a trunk (the prefix) and branches (suffixes), each of which
 * continues the trunk. {@link Transformer#hiddenStates(List)} computes the trunk once for all of
 * them.
 *
 * @param trunk the shared prefix, at least one token
 * @param branches the rest of each sequence, one or more; a branch may be empty
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record SharedPrefixBatch(int[] trunk, List<int[]> branches) {
  public SharedPrefixBatch {
    Validate.isTrue(
        trunk.length > 0 && !branches.isEmpty(),
        "a trunk of %s tokens with %s branches: expected at least one token and one branch",
        trunk.length,
        branches.size());
    trunk = trunk.clone();
    branches = branches.stream().map(int[]::clone).toList();
  }

  /** Joins sequences with the same first token; the trunk is their longest common prefix. */
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

  /** Number of tokens in trunk and branches, all of which are computed. */
  public int tokens() {
    return trunk.length + branches.stream().mapToInt(branch -> branch.length).sum();
  }

  /** Number of tokens in the longest sequence. */
  public int longestSequence() {
    return trunk.length + branches.stream().mapToInt(branch -> branch.length).max().orElse(0);
  }

  /** Trunk and branches in the order of the row. */
  List<int[]> parts() {
    return Stream.concat(Stream.of(trunk), branches.stream()).toList();
  }

  /** Whether the row {@code trunk . branch 1 . branch 2 ...} is one plain sequence. */
  boolean isPlain() {
    return branches.stream().filter(branch -> branch.length > 0).count() <= 1;
  }

  /** Column of a branch's first token in the row. */
  int firstColumn(int branch) {
    return trunk.length + branches.stream().limit(branch).mapToInt(each -> each.length).sum();
  }
}
