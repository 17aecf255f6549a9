package dev.palinode.evaluation.benchmark;

import java.util.List;
import java.util.regex.Pattern;
import org.apache.commons.lang3.Validate;

/**
 * How rows become plain text that a model continues, without a chat format, and what counts in its
 * continuation: the settings of all kinds of benchmark other than {@link Benchmark.Kind#ANSWERS}.
 *
 * @param intro text before everything, with {@code {subject}}; may be empty
 * @param fewShot solved examples before the question
 * @param option the continuation whose log-likelihood is compared, with {@code {letter}} or {@code
 *     {choice}}
 * @param stop texts that end a generated continuation and are not part of it
 * @param extract how the final answer is found in a continuation; each one is scored
 * @param ignore regular expressions of what does not count when answers are compared
 */
public record Completion(
    String intro,
    FewShot fewShot,
    String option,
    List<String> stop,
    List<Extract> extract,
    List<String> ignore) {
  /** Which examples come before a question. */
  public enum Order {
    /** The first of the file, or of those on the question's subject. */
    FIRST,
    /** Others for each question, drawn as lm-evaluation-harness draws them by default. */
    RANDOM
  }

  /** Which of several matches is the answer. */
  public enum Match {
    FIRST,
    LAST
  }

  /**
   * Solved examples.
   *
   * @param file relative to a folder of data; empty for none
   * @param format as of {@link Benchmark.Prompts}
   * @param sha256 likewise
   * @param rows likewise
   * @param count examples before each question
   */
  public record FewShot(
      String file, String format, String sha256, int rows, int count, Order order) {
    public FewShot {
      Validate.isTrue(count >= 0, "completion.few_shot.count is %s: expected 0 or more", count);
      Validate.isTrue(
          count == 0 || !file.isEmpty(),
          "completion.few_shot.count is %s: expected completion.few_shot.file to take them from",
          count);
    }

    /** Where they are read. */
    public Benchmark.Prompts source() {
      return new Benchmark.Prompts(file, format, sha256, rows, Benchmark.Selection.ANY);
    }
  }

  /**
   * A way to find the answer in a continuation.
   *
   * @param name under which it is reported
   * @param pattern regular expression; the answer is its first group that is not empty, or the
   *     whole match if it has no groups
   */
  public record Extract(String name, String pattern, Match match) {
    public Extract {
      Validate.isTrue(
          name.matches("[A-Za-z0-9.-]+"),
          "completion.extract.name is \"%s\": expected letters, digits, dots and dashes",
          name);
      Pattern.compile(pattern);
    }
  }

  public Completion {
    stop = List.copyOf(stop);
    extract = List.copyOf(extract);
    ignore = List.copyOf(ignore);
    Validate.isTrue(
        option.contains("{letter}") || option.contains("{choice}"),
        "completion.option has neither {letter} nor {choice}");
    Validate.isTrue(!stop.contains(""), "completion.stop has an empty text");
    ignore.forEach(Pattern::compile);
  }
}
