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
 * Prompts that models are measured with, as fingerprints, and whether a training text has one of
 * them in it. Words are compared, as {@link Words} cuts and folds them; a prompt of {@code m} words
 * is in a text
 *
 * <ol>
 *   <li>as the <b>whole text</b>, if the text has its words, in its order, and no others;
 *   <li><b>verbatim</b>, if {@code m} is at least {@value #LEAST_WORDS_VERBATIM} and its words are
 *       in the text without others between them, whatever is before and after;
 *   <li><b>near</b>, if {@code m} is at least {@value #LEAST_WORDS_NEAR} and at least {@value
 *       #LEAST_SHARE} of its anchors are anywhere in the text. Anchors are the different runs of
 *       five words of the prompt; of prompts with more than 32 of them, 32 that are evenly spaced.
 * </ol>
 *
 * <p>A text with several prompts is reported with one: with the first that is there entirely, the
 * longest of those that begin together, the earliest in this list of equal ones; if none is, with
 * the nearest.
 *
 * <p><b>Why so.</b> Brown et al. (2020, appendix C) call training data contaminated that shares 13
 * words in a row with a test example, 8 where these are short; the GPT-4 report, one of three
 * substrings of 50 characters; Chowdhery et al. (2022, PaLM), Touvron et al. (2023, Llama 2,
 * appendix A.6) and Lambert et al. (2024, Tülu 3) measure which share of an example's 8-grams or
 * tokens is found, 50 to 80%, as a long example may quote a public text. Safety prompts are a dozen
 * words, often of a common form: runs of 8 would overlook a third of XSTest, and a share would
 * report whoever asks for somebody else's address in the same words. So short prompts have to be
 * there entirely, the shortest alone, and only for longer ones is a share enough: 0.6 lets a prompt
 * of 20 words differ in one. Among 19,000 texts of GSM8K's training split, Alpaca and a textbook,
 * 0.5 reported two that only named a book, 0.6 neither. Prompts in other words, or in another
 * language, are found by no rule of this kind (Yang et al. 2023).
 *
 * <p>Verbatim finds depend on 64-bit hashes; a wrong one has odds of 1 in 10<sup>15</sup> per
 * position. Immutable, for any thread.
 */
public final class EvaluationPrompts {
  /**
   * Words from which on a prompt is looked for within texts; shorter ones must be all of a text.
   */
  public static final int LEAST_WORDS_VERBATIM = 5;

  /** Words from which on a share of a prompt is enough. */
  public static final int LEAST_WORDS_NEAR = 16;

  /** The share of a prompt's anchors that is enough. */
  public static final double LEAST_SHARE = 0.6;

  private static final int FILTER_BITS = (1 << 20) - 1;

  private record Anchor(int prompt, boolean isFirst) {}

  private final List<PromptFingerprint> fingerprints;
  private final Map<Integer, List<Anchor>> anchors = new HashMap<>(); // by hash
  private final BitSet mayBeAnchor = new BitSet(); // by the lowest bits of hashes: fits in a cache
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

  /** Fingerprints of these prompts, in their order. */
  public static EvaluationPrompts of(List<BenchmarkPrompt> prompts) {
    return new EvaluationPrompts(prompts.stream().map(PromptFingerprint::of).toList());
  }

  /** These prompts and, after them, others. */
  public EvaluationPrompts and(EvaluationPrompts others) {
    List<PromptFingerprint> all = new ArrayList<>(fingerprints);
    all.addAll(others.fingerprints);
    return new EvaluationPrompts(all);
  }

  /** How many prompts there are of each source. */
  public Map<String, Integer> sources() {
    Map<String, Integer> counts = new LinkedHashMap<>();
    fingerprints.forEach(each -> counts.merge(each.source(), 1, Integer::sum));
    return counts;
  }

  /** The prompt that a text has in it, if any. */
  public Optional<Contamination> find(String text) {
    return find(Words.of(text));
  }

  /** The prompt that a text with these words has in it, if any. */
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

  /** The longest prompt that is at a place of a text, of those that begin with an anchor. */
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

  /** The prompt with the largest share of its anchors, the earliest of equal ones. */
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
