package dev.palinode.evaluation.benchmark;

import dev.palinode.data.format.Formats;
import dev.palinode.decode.sampling.SamplingSettings;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.lang3.Validate;

/**
 * A benchmark: what a model is asked, how, who judges the answers, and the number that counts.
 *
 * @param name short: letters, digits, dots and dashes
 * @param version raised with every change that results depend on; at least 1
 * @param description for people; may be empty
 * @param source where the prompts come from, with their licence; may be empty
 * @param kind what a model does
 * @param prompts where prompts are read
 * @param system the system message; empty for none
 * @param template the user's message, with {@code {prompt}}
 * @param contextTemplate the same for prompts with a context, with {@code {prompt}} and {@code
 *     {context}}
 * @param opening how answers begin; may be empty, and may contain {@code {target}}
 * @param completion how plain text is laid out, in all kinds of benchmark other than answers
 * @param decoding how tokens are chosen
 * @param judge kind of the judge in the published protocol; {@value #NO_JUDGE} if there is none
 * @param checks names of the yes-or-no checks of every answer
 * @param metric the number that counts
 * @param direction which values of it are better
 */
public record Benchmark(
    String name,
    int version,
    String description,
    String source,
    Kind kind,
    Prompts prompts,
    String system,
    String template,
    String contextTemplate,
    String opening,
    Completion completion,
    Decoding decoding,
    String judge,
    List<String> checks,
    String metric,
    Direction direction) {
  /** The judge of a benchmark whose answers are only checked. */
  public static final String NO_JUDGE = "none";

  static final String NAME = "[A-Za-z0-9.-]+";

  /** What a model does in a benchmark. */
  public enum Kind {
    /** It answers the prompts, and the answers are judged and checked. */
    ANSWERS,
    /** It gives log-likelihoods of the choices of a question; the likeliest is its answer. */
    CHOICES,
    /** It continues a question, and the answer in its text is compared with the right one. */
    EXACT_MATCH,
    /** It gives the log-likelihood of texts. */
    PERPLEXITY
  }

  /** Which values of a metric are better. */
  public enum Direction {
    LOWER,
    HIGHER
  }

  /** Which prompts of a file belong to a benchmark. */
  public enum Selection {
    /** All. */
    ANY,
    /** Those that a good model helps with. */
    HELP,
    /** Those that a good model declines. */
    DECLINE
  }

  /**
   * Where the prompts of a benchmark are read.
   *
   * @param file relative to a folder of data, or to the benchmark's own
   * @param format name of a format, or a mapping of columns
   * @param sha256 of the published file; empty if any file will do
   * @param rows of the published file; 0 for any number
   * @param expected which of them belong to the benchmark
   */
  public record Prompts(String file, String format, String sha256, int rows, Selection expected) {
    public Prompts {
      Validate.isTrue(!file.isBlank(), "prompts.file is blank: expected the path of a file");
      Path path = Path.of(file);
      Validate.isTrue(
          !path.isAbsolute() && !path.normalize().startsWith(".."),
          "prompts.file is \"%s\": expected a path inside the folder of data",
          file);
      Formats.chosen(format);
      Validate.isTrue(
          sha256.isEmpty() || sha256.matches("[0-9a-f]{64}"),
          "prompts.sha256 is \"%s\": expected 64 hexadecimal digits in lower case",
          sha256);
      Validate.isTrue(rows >= 0, "prompts.rows is %s: expected 0 or more", rows);
    }
  }

  /**
   * How answers are decoded.
   *
   * @param samples answers to each prompt; more than 1 need a temperature above 0
   * @param maxNewTokens of an answer, withdrawn ones included
   */
  public record Decoding(double temperature, double topP, int topK, int samples, int maxNewTokens) {
    public Decoding {
      Validate.isTrue(samples >= 1, "decoding.samples is %s: expected 1 or more", samples);
      Validate.isTrue(
          maxNewTokens >= 1, "decoding.max_new_tokens is %s: expected 1 or more", maxNewTokens);
      Validate.isTrue(
          samples == 1 || temperature > 0,
          "decoding.samples is %s at temperature 0: all samples would be the same answer",
          samples);
    }

    /** The settings of the sampler. */
    public SamplingSettings sampling() {
      return SamplingSettings.builder().temperature(temperature).topP(topP).topK(topK).build();
    }
  }

  public Benchmark {
    checks = List.copyOf(checks);
    Validate.isTrue(
        name.matches(NAME), "name is \"%s\": expected letters, digits, dots and dashes", name);
    Validate.isTrue(version >= 1, "version is %s: expected 1 or more", version);
    Validate.isTrue(template.contains("{prompt}"), "template has no {prompt}");
    Validate.isTrue(contextTemplate.contains("{prompt}"), "context_template has no {prompt}");
    Validate.isTrue(contextTemplate.contains("{context}"), "context_template has no {context}");
    decoding.sampling();
  }

  /** The same benchmark with another system message, decoded otherwise. */
  public Benchmark with(String otherSystem, Decoding otherDecoding) {
    return new Benchmark(
        name,
        version,
        description,
        source,
        kind,
        prompts,
        otherSystem,
        template,
        contextTemplate,
        opening,
        completion,
        otherDecoding,
        judge,
        checks,
        metric,
        direction);
  }
}
