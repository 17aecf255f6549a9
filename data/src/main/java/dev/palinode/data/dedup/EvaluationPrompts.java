package dev.palinode.data.dedup;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

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
 * <p><b>Rationale.</b> Brown et al. (2020, appendix C) call training data contaminated if it has 13
 * words in a row in common with a test example, 8 if the examples are short. The GPT-4 report uses
 * one of three substrings of 50 characters. Chowdhery et al. (2022, PaLM), Touvron et al. (2023,
 * Llama 2, appendix A.6) and Lambert et al. (2024, Tülu 3) require a fraction of an example's
 * 8-grams or tokens, 50 to 80%, because a long example may quote a public text. Safety prompts have
 * a dozen words, often in a common form: 8-grams would miss a third of XSTest, and a fraction would
 * match everybody who asks for an address in the same words. So short prompts must match
 * completely, the shortest as the whole text, and a fraction is enough only for longer ones: 0.6
 * allows a prompt of 20 words to differ in one. Among 19,000 texts of GSM8K's training split,
 * Alpaca and a textbook, 0.5 reported two that only named a book, 0.6 neither. Paraphrased or
 * translated prompts are not found by any rule of this kind (Yang et al. 2023).
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
          .map(prompt -> contamination(prompt, Contamination.How.WHOLE_TEXT, 1));
    }
    Map<Integer, Set<Integer>> found = new TreeMap<>(); // anchors by their prompt
    for (int at = 0; at <= words.count() - PromptFingerprint.RUN; at++) {
      int hash = PromptFingerprint.anchor(words, at);
      if (!mayBeAnchor.get(hash & FILTER_BITS)) {
        continue;
      }
      List<Anchor> here = anchors.getOrDefault(hash, List.of());
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
    int longest = 0;
    int prompt = -1;
    for (Anchor each : here) {
      PromptFingerprint print = fingerprints.get(each.prompt());
      if (each.isFirst()
          && print.words() > longest
          && print.words() <= words.count() - at
          && words.run(at, print.words()) == print.whole()) {
        longest = print.words();
        prompt = each.prompt();
      }
    }
    if (prompt < 0) {
      return Optional.empty();
    }
    boolean isWhole = longest == words.count();
    return Optional.of(
        contamination(
            prompt, isWhole ? Contamination.How.WHOLE_TEXT : Contamination.How.VERBATIM, 1));
  }

  /** The prompt with the largest fraction of its anchors; the earliest of equal ones. */
  private Optional<Contamination> nearest(Map<Integer, Set<Integer>> found) {
    int nearest = -1;
    double best = 0;
    for (Map.Entry<Integer, Set<Integer>> each : found.entrySet()) {
      PromptFingerprint print = fingerprints.get(each.getKey());
      double share = (double) each.getValue().size() / print.anchors().size();
      if (print.words() >= LEAST_WORDS_NEAR && share >= LEAST_SHARE && share > best) {
        nearest = each.getKey();
        best = share;
      }
    }
    return nearest < 0
        ? Optional.empty()
        : Optional.of(contamination(nearest, Contamination.How.NEAR, best));
  }

  private Contamination contamination(int prompt, Contamination.How how, double share) {
    PromptFingerprint each = fingerprints.get(prompt);
    return new Contamination(each.source(), each.number(), how, share);
  }
}
