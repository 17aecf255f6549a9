package dev.palinode.data.dedup;

import dev.palinode.data.dedup.EvaluationPrompts.Contamination;
import dev.palinode.data.dedup.NearDuplicates.DuplicateMatch;
import dev.palinode.data.record.Counts;
import dev.palinode.data.record.DataRecord;
import dev.palinode.data.record.Manifest;
import dev.palinode.text.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.lang3.StringUtils;

/** Report of screening: counts, and the first few records that were filtered out. */
public final class ScreeningReport {
  private static final int EXAMPLES = 5;

  private final Counts<String> prompts = new Counts<>();
  private final List<String> promptExamples = new ArrayList<>();
  private final List<String> duplicateExamples = new ArrayList<>();
  private long exact;
  private long near;

  void add(long number, Contamination found, DataRecord item) {
    prompts.add(found.source());
    String how = found.how().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    addExample(
        promptExamples,
        "holds prompt %s of %s (%s, %s)"
            .formatted(found.number(), found.source(), how, percent(found.share())),
        number,
        item);
  }

  void add(long number, DuplicateMatch duplicate, DataRecord item) {
    exact += duplicate.isExact() ? 1 : 0;
    near += duplicate.isExact() ? 0 : 1;
    addExample(
        duplicateExamples,
        "is a duplicate of record %s (%s)"
            .formatted(duplicate.position(), percent(duplicate.similarity())),
        number,
        item);
  }

  private static String percent(double share) {
    return Math.round(100 * share) + "%";
  }

  private static void addExample(
      List<String> examples, String problem, long number, DataRecord item) {
    if (examples.size() < EXAMPLES) {
      String text = Printable.quote(StringUtils.normalizeSpace(item.text()));
      examples.add("record " + number + " " + problem + ": " + text);
    }
  }

  /** Number of records with an evaluation prompt, by the data set of the prompt. */
  public Map<String, Long> prompts() {
    return prompts.asMap();
  }

  /** Number of all records that were filtered out. */
  public long total() {
    return exact + near + prompts.total();
  }

  /** One-line summary: {@code 3 exact and 2 near duplicates, 1 with prompts of XSTest}. */
  public String summary() {
    StringBuilder words = new StringBuilder();
    words.append(String.format(Locale.ROOT, "%,d exact and %,d near duplicates", exact, near));
    prompts()
        .forEach(
            (source, count) ->
                words.append(
                    String.format(Locale.ROOT, ", %,d with prompts of %s", count, source)));
    return words.toString();
  }

  /** The first few records that were filtered out, one line each; records are counted from 1. */
  public List<String> examples() {
    List<String> all = new ArrayList<>(promptExamples);
    all.addAll(duplicateExamples);
    return all;
  }

  /**
   * Adds the counts to a manifest.
   *
   * @param prefix prefix of the counts' names; may be empty
   */
  public void addTo(Manifest manifest, String prefix) {
    manifest
        .count(prefix + "exact_duplicates", exact)
        .count(prefix + "near_duplicates", near)
        .count(prefix + "with_evaluation_prompts", prompts.total());
  }
}
