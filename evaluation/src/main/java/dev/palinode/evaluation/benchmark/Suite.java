package dev.palinode.evaluation.benchmark;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.commons.lang3.Validate;

/**
 * Benchmarks that are run together.
 *
 * @param name short: letters, digits, dots and dashes
 * @param version raised with every change that results depend on; at least 1
 * @param description for people; may be empty
 * @param overall the metric that is also computed over all prompts of all benchmarks; empty for
 *     none
 * @param benchmarks at least one, with different names
 */
public record Suite(
    String name, int version, String description, String overall, List<Benchmark> benchmarks) {
  public Suite {
    benchmarks = List.copyOf(benchmarks);
    Validate.isTrue(
        name.matches("[A-Za-z0-9.-]+"),
        "name is \"%s\": expected letters, digits, dots and dashes",
        name);
    Validate.isTrue(version >= 1, "version is %s: expected 1 or more", version);
    Validate.isTrue(!benchmarks.isEmpty(), "suite %s has no benchmarks", name);
    Validate.isTrue(
        benchmarks.stream().map(Benchmark::name).distinct().count() == benchmarks.size(),
        "suite %s has a benchmark twice: %s",
        name,
        benchmarks.stream().map(Benchmark::name).collect(Collectors.joining(", ")));
  }

  /** The suite with each of its benchmarks changed. */
  public Suite with(UnaryOperator<Benchmark> change) {
    return new Suite(name, version, description, overall, benchmarks.stream().map(change).toList());
  }

  /** A suite of one benchmark. */
  public static Suite of(Benchmark benchmark) {
    return new Suite(
        benchmark.name(), benchmark.version(), benchmark.description(), "", List.of(benchmark));
  }
}
