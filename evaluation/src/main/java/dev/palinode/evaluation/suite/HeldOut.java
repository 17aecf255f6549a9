package dev.palinode.evaluation.suite;

import dev.palinode.text.Nearest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Prompts that are reported apart.
 *
 * @param ids of the prompts, by benchmark; a benchmark without any may be missing
 */
public record HeldOut(Map<String, Set<String>> ids) {
  /** No prompts. */
  public static final HeldOut NONE = new HeldOut(Map.of());

  public HeldOut {
    ids = Map.copyOf(ids);
  }

  /**
   * Reads a list of ids.
   *
   * @param names each an id, or {@code BENCHMARK:ID} where several benchmarks have that id
   * @param known the ids of each benchmark
   * @throws IllegalArgumentException if an id is unknown, or of several benchmarks
   */
  public static HeldOut of(List<String> names, Map<String, Set<String>> known) {
    Map<String, Set<String>> ids = new HashMap<>();
    for (String name : names) {
      List<String> found = new ArrayList<>();
      known.forEach(
          (benchmark, all) -> {
            String id =
                name.startsWith(benchmark + ":") ? name.substring(benchmark.length() + 1) : name;
            if (all.contains(id)) {
              found.add(benchmark);
              ids.computeIfAbsent(benchmark, unseen -> new TreeSet<>()).add(id);
            }
          });
      if (found.isEmpty()) {
        List<String> all = known.values().stream().flatMap(Set::stream).toList();
        throw new IllegalArgumentException(
            "held-out id \"%s\" is of no prompt; did you mean \"%s\"?"
                .formatted(name, Nearest.to(name, all)));
      } else if (found.size() > 1) {
        throw new IllegalArgumentException(
            "held-out id \"%s\" is of prompts of %s: expected BENCHMARK:ID, such as %s:%s"
                .formatted(name, String.join(" and of ", found), found.get(0), name));
      }
    }
    return new HeldOut(ids);
  }

  /** Those of a benchmark. */
  Set<String> of(String benchmark) {
    return ids.getOrDefault(benchmark, Set.of());
  }
}
