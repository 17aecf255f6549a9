package dev.palinode.data.dedup;

import static dev.palinode.data.dedup.EvaluationPrompts.Contamination.How.NEAR;
import static dev.palinode.data.dedup.EvaluationPrompts.Contamination.How.VERBATIM;
import static dev.palinode.data.dedup.EvaluationPrompts.Contamination.How.WHOLE_TEXT;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.commons.lang3.Validate;

/**
 * Detector of evaluation prompts in training texts, from fingerprints. Words are compared, as
 * {@link Words} splits and folds them. A prompt of {@code m} words is in a text
 *
 * <ol>
 *   <li>as the <b>whole text</b>, if the text consists of exactly its words in the same order;
 *   <li><b>verbatim</b>, if {@code m} is at least {@value #LEAST_WORDS_VERBATIM} and its words are
 *       contiguous in the text, whatever is before and after;
 *   <li><b>near</b>, if {@code m} is at least {@value #LEAST_WORDS_NEAR} and at least {@value
 *       #LEAST_SHARE} of its anchors are anywhere in the text. Anchors are the distinct word
 *       5-grams of the prompt, or 32 evenly spaced ones of a longer prompt.
 * </ol>
 *
 * <p>If a text contains several prompts, one is reported: the first complete one; of those that
 * start at the same word the longest; of equal ones the earliest in the list. If none is complete,
 * the one with the largest fraction of its anchors.
 *
 * <p>Paraphrased or translated prompts are not found. docs/decisions.md has the reasons for these
 * rules.
 *
 * <p>Verbatim matches compare 64-bit hashes; the odds of a false match are 1 in 10<sup>15</sup> per
 * position. Immutable and thread-safe.
 */
public final class EvaluationPrompts {
  /** Least words of a prompt to match within a text; shorter prompts match whole texts only. */
  public static final int LEAST_WORDS_VERBATIM = 5;

  /** Least words of a prompt for near matches. */
  public static final int LEAST_WORDS_NEAR = 16;

  /** Least fraction of a prompt's anchors for a near match. */
  public static final double LEAST_SHARE = 0.6;

  private static final int FILTER_BITS = (1 << 20) - 1;

  /**
   * A prompt of a benchmark.
   *
   * @param source display name of the data set, such as {@code XSTest}; up to 200 characters
   * @param number index of the prompt, from 0, as the caller counts them
   * @param text the prompt; has letters or digits
   */
  public record BenchmarkPrompt(String source, int number, String text) {
    public BenchmarkPrompt {
      boolean isName = !source.isBlank() && source.length() <= 200;
      Validate.isTrue(
          isName, "the source of an evaluation prompt is \"%s\": expected a name", source);
      Validate.isTrue(
          number >= 0, "%s: a prompt's number is %s: expected 0 or more", source, number);
      boolean hasWords = Words.of(text).count() > 0;
      Validate.isTrue(hasWords, "%s, prompt %s: has no words: leave it out", source, number);
    }
  }

  /**
   * The evaluation prompt that a text contains.
   *
   * @param source the data set of the prompt
   * @param number index of the prompt in the data set
   * @param how kind of match
   * @param share fraction of the prompt's anchors that are in the text; 1 unless the match is
   *     {@link How#NEAR}
   */
  public record Contamination(String source, int number, How how, double share) {
    /** How a text matches a prompt. */
    public enum How {
      /** The text has exactly the prompt's words. */
      WHOLE_TEXT,
      /** The prompt's words are contiguous in the text, with others around them. */
      VERBATIM,
      /** Most of the prompt's n-grams are in the text. */
      NEAR
    }
  }

  private record Anchor(int prompt, boolean isFirst) {}

  private final List<PromptFingerprint> fingerprints;
  private final Map<Integer, List<Anchor>> anchors = new HashMap<>(); // by hash
  private final BitSet mayBeAnchor = new BitSet(); // by the lowest hash bits: fits in a cache
  private final Map<Long, Integer> shortest = new HashMap<>(); // prompts without anchors, by hash

  EvaluationPrompts(List<PromptFingerprint> fingerprints) {
    this.fingerprints = List.copyOf(fingerprints);
    for (int prompt = 0; prompt < fingerprints.size(); prompt++) {
      List<Integer> hashes = fingerprints.get(prompt).anchors();
      for (int i = 0; i < hashes.size(); i++) {
        mayBeAnchor.set(hashes.get(i) & FILTER_BITS);
        anchors
            .computeIfAbsent(hashes.get(i), hash -> new ArrayList<>(1))
            .add(new Anchor(prompt, i == 0));
      }
      if (hashes.isEmpty()) {
        shortest.putIfAbsent(fingerprints.get(prompt).whole(), prompt);
      }
    }
  }

  /**
   * The prompts of public benchmarks, which are included in this module: AdvBench, StrongREJECT,
   * SimpleSafetyTests, MaliciousInstructions, Controversial, CoNa, Q-Harm, XSTest and HarmBench,
   * complete; MT-Bench, both turns; GSM8K's test split; 1,140 questions of MMLU and 1,400 of
   * MMLU-Pro, samples of their test splits, with their choices if a question has fewer than ten
   * words. Prompt numbers are rows, from 0. Reads half a megabyte: call it once.
   */
  public static EvaluationPrompts publicBenchmarks() {
    return new EvaluationPrompts(PromptFingerprint.shipped());
  }

  /** The fingerprints of these prompts, in their order. */
  public static EvaluationPrompts of(List<BenchmarkPrompt> prompts) {
    return new EvaluationPrompts(prompts.stream().map(PromptFingerprint::of).toList());
  }

  /** These prompts followed by others. */
  public EvaluationPrompts and(EvaluationPrompts others) {
    List<PromptFingerprint> all = new ArrayList<>(fingerprints);
    all.addAll(others.fingerprints);
    return new EvaluationPrompts(all);
  }

  /** Number of prompts of each source. */
  public Map<String, Integer> sources() {
    Map<String, Integer> counts = new LinkedHashMap<>();
    fingerprints.forEach(each -> counts.merge(each.source(), 1, Integer::sum));
    return counts;
  }

  /** The prompt that a text contains, if any. */
  public Optional<Contamination> find(String text) {
    return find(Words.of(text));
  }

  /** The prompt that a text with these words contains, if any. */
  public Optional<Contamination> find(Words words) {
    if (words.count() < PromptFingerprint.RUN) {
      return Optional.ofNullable(shortest.get(words.all()))
          .map(prompt -> contamination(fingerprints.get(prompt), WHOLE_TEXT, 1));
    }
    Map<Integer, Set<Integer>> found = new TreeMap<>(); // anchors by their prompt
    for (int at = 0; at <= words.count() - PromptFingerprint.RUN; at++) {
      int hash = PromptFingerprint.anchor(words, at);
      List<Anchor> here = mayBeAnchor.get(hash & FILTER_BITS) ? anchors.get(hash) : null;
      if (here == null) {
        continue;
      }
      Optional<Contamination> verbatim = verbatim(words, at, here);
      if (verbatim.isPresent()) {
        return verbatim;
      }
      here.forEach(
          each -> found.computeIfAbsent(each.prompt(), unseen -> new HashSet<>()).add(hash));
    }
    return nearest(found);
  }

  /** The fingerprints, in the order of the prompts. */
  List<PromptFingerprint> fingerprints() {
    return fingerprints;
  }

  /** The longest complete prompt that starts at a word of a text with one of these anchors. */
  private Optional<Contamination> verbatim(Words words, int at, List<Anchor> here) {
    return here.stream()
        .filter(Anchor::isFirst)
        .map(each -> fingerprints.get(each.prompt()))
        .filter(each -> each.words() <= words.count() - at)
        .filter(each -> words.run(at, each.words()) == each.whole())
        .max(Comparator.comparingInt(PromptFingerprint::words)) // the first of equal ones
        .map(each -> contamination(each, each.words() == words.count() ? WHOLE_TEXT : VERBATIM, 1));
  }

  /** The prompt with the largest fraction of its anchors; the earliest of equal ones. */
  private Optional<Contamination> nearest(Map<Integer, Set<Integer>> found) {
    return found.entrySet().stream()
        .filter(each -> fingerprints.get(each.getKey()).words() >= LEAST_WORDS_NEAR)
        .map(each -> near(fingerprints.get(each.getKey()), each.getValue().size()))
        .filter(each -> each.share() >= LEAST_SHARE)
        .max(Comparator.comparingDouble(Contamination::share));
  }

  private static Contamination near(PromptFingerprint prompt, double anchors) {
    return contamination(prompt, NEAR, anchors / prompt.anchors().size());
  }

  private static Contamination contamination(
      PromptFingerprint prompt, Contamination.How how, double share) {
    return new Contamination(prompt.source(), prompt.number(), how, share);
  }
}
