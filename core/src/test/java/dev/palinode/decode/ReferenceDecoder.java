package dev.palinode.decode;

import dev.palinode.decode.sampling.Sampler;
import dev.palinode.decode.sampling.TokenHistory;
import dev.palinode.decode.undo.UndoCause;
import dev.palinode.decode.undo.UndoPolicy;
import dev.palinode.decode.undo.UndoScope;
import dev.palinode.guard.Verdict;
import dev.palinode.text.Sentences;
import dev.palinode.token.TokenIds;
import dev.palinode.token.Tokenizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A slow and simple reference of the decoding loop: every step computes everything from scratch,
 * the logits from the whole context, the history and the text from all visible tokens. It has no
 * batch and no cache, and an undo restores a copy of the lists.
 */
class ReferenceDecoder {
  /** The events, as strings for comparison. */
  final List<String> events = new ArrayList<>();

  /** All generated tokens, as in a transcript. */
  final List<Integer> raw = new ArrayList<>();

  private final Function<int[], float[]> model;
  private final int contextLength;
  private final Tokenizer tokenizer;
  private final GenerationRequest request;
  private final int cancelAfter;

  private List<Integer> prompt;
  private final @Nullable List<Integer> negativePrompt;
  private List<Integer> generated = new ArrayList<>(); // in the contexts, after the prompts
  private List<Integer> visible = new ArrayList<>();
  private List<List<Integer>> generatedAfter = new ArrayList<>(); // each visible token
  private final Map<Integer, Set<Integer>> rejected = new HashMap<>(); // first tokens, by place
  private int reported;
  private int checked;
  private int passed;
  private int sampled;
  private int resets;
  private int guardUndos;
  private boolean over;
  private boolean refusing;

  /**
   * @param cancelAfter the request is cancelled after this number of events; negative for never
   */
  ReferenceDecoder(
      Function<int[], float[]> model,
      int contextLength,
      Tokenizer tokenizer,
      GenerationRequest request,
      int cancelAfter) {
    this.model = model;
    this.contextLength = contextLength;
    this.tokenizer = tokenizer;
    this.request = request;
    this.cancelAfter = cancelAfter;
    this.prompt = list(request.prompt());
    this.negativePrompt = request.guidance().map(g -> list(g.negativePrompt())).orElse(null);
  }

  void run() {
    SplittableRandom random = new SplittableRandom(request.seed());
    while (!over) {
      if (isCancelled()) {
        cutOff();
        return;
      }
      float[] logits = logits();
      if (resets >= request.undo().maxResets() && request.undo().refusal().isEmpty()) {
        request.undo().resetId().ifPresent(reset -> logits[reset] = Float.NEGATIVE_INFINITY);
      }
      for (int each : rejected.getOrDefault(visible.size(), Set.of())) {
        logits[each] = Math.min(logits[each], -1e30f);
      }
      TokenHistory history = new TokenHistory(request.prompt().toArray());
      visible.forEach(history::append);
      int token = choose(logits, history, random);
      sampled++;
      if (!request.stopIds().contains(token)) {
        raw.add(token);
      }
      if (request.stopIds().contains(token)) {
        end(FinishReason.STOP);
      } else if (request.undo().isReset(token)) {
        reset();
      } else {
        stand(token);
        boolean stopped = stop(text(visible)) >= 0;
        if (stopped || !hasRoom()) {
          end(stopped ? FinishReason.STOP : FinishReason.LENGTH);
        } else if (request.guards().isEmpty()) {
          report();
        } else if (visible.size() - checked >= request.guards().get().everyTokens()) {
          check(null);
        }
      }
    }
  }

  /** The next token; overridden by comparisons to inspect the logits. */
  int choose(float[] logits, TokenHistory history, SplittableRandom random) {
    return new Sampler(request.sampling()).sample(logits, history, random);
  }

  private boolean isCancelled() {
    return cancelAfter >= 0 && events.size() >= cancelAfter;
  }

  private void cutOff() {
    if (reported < visible.size()) {
      undo(reported, UndoCause.UNCHECKED);
    }
    finish(FinishReason.CANCELLED, request.guards().isPresent());
  }

  private float[] logits() {
    float[] positive = model.apply(join(prompt, generated)).clone();
    return isGuided()
        ? request
            .guidance()
            .orElseThrow()
            .combine(positive, model.apply(join(negativePrompt, generated)).clone())
        : positive;
  }

  /** Whether the next token is chosen with the negative context. */
  private boolean isGuided() {
    return negativePrompt != null
        && request.guidance().orElseThrow().scale() != 1
        && visible.size()
            < request.guidance().orElseThrow().firstTokens().orElse(Integer.MAX_VALUE);
  }

  private boolean hasRoom() {
    return sampled < request.maxNewTokens()
        && prompt.size() + generated.size() < contextLength
        && (!isGuided() || negativePrompt.size() + generated.size() < contextLength);
  }

  private void stand(int token) {
    generated.add(token);
    visible.add(token);
    generatedAfter.add(List.copyOf(generated));
  }

  private void reset() {
    resets++;
    if (resets > request.undo().maxResets()) {
      undo(0, UndoCause.RESET);
      refuse(request.undo().refusal().orElseThrow());
      return;
    }
    undoWithReset(kept(), UndoCause.RESET);
    if (!hasRoom()) {
      end(FinishReason.LENGTH);
    }
  }

  private int kept() {
    UndoScope extent = request.undo().extent();
    if (extent instanceof UndoScope.LastTokens last) {
      return Math.max(0, visible.size() - last.count());
    }
    return extent instanceof UndoScope.LastSentence
        ? before(Sentences.lastBegin(ReferenceText.certain(tokenizer, visible)))
        : 0;
  }

  private void undoWithReset(int kept, UndoCause cause) {
    List<Integer> context =
        request.undo().context() == UndoPolicy.Context.KEPT ? generated : generatedAt(kept);
    undo(kept, cause);
    generated = new ArrayList<>(context);
    generated.add(request.undo().resetId().orElseThrow());
  }

  private List<Integer> generatedAt(int kept) {
    return kept == 0 ? List.of() : generatedAfter.get(kept - 1);
  }

  private void undo(int kept, UndoCause cause) {
    int withdrawn = Math.max(0, reported - kept);
    events.add("undo " + withdrawn + " of " + (visible.size() - kept) + " " + cause);
    visible = new ArrayList<>(visible.subList(0, kept));
    generatedAfter = new ArrayList<>(generatedAfter.subList(0, kept));
    rejected.keySet().removeIf(place -> place > kept);
    reported = Math.min(reported, kept);
    checked = Math.min(checked, kept);
    passed = Math.min(passed, kept);
  }

  private String text(List<Integer> tokens) {
    return tokenizer.decode(tokens.stream().mapToInt(i -> i).toArray(), true);
  }

  /** Where the first stop text begins; -1 if there is none. */
  private int stop(String text) {
    return refusing
        ? -1
        : request.stopTexts().stream()
            .mapToInt(text::indexOf)
            .filter(at -> at >= 0)
            .min()
            .orElse(-1);
  }

  /** How many tokens lie wholly before that place in the text. */
  private int before(int offset) {
    int kept = 0;
    int end = 0;
    for (int i = 1; i <= visible.size(); i++) {
      int length = ReferenceText.certain(tokenizer, visible.subList(0, i)).length();
      if (length > offset) {
        break;
      }
      if (length > end) {
        kept = i;
        end = length;
      }
    }
    return kept;
  }

  private void end(FinishReason reason) {
    if (request.guards().isPresent() && !visible.isEmpty()) {
      if (isCancelled()) { // by the undo of this very step: guards are no longer waited for
        cutOff();
      } else {
        check(reason);
      }
    } else {
      report();
      finish(reason);
    }
  }

  private void check(@Nullable FinishReason ending) {
    GuardPolicy policy = request.guards().orElseThrow();
    checked = visible.size();
    String text =
        ending == null ? ReferenceText.certain(tokenizer, visible) : complete(text(visible));
    Verdict verdict;
    try (GuardSessions fresh = new GuardSessions(policy.guards())) {
      verdict = fresh.check(text, ending != null);
    } catch (Exception e) {
      events.add("failed");
      over = true;
      return;
    }
    if (verdict.label() == Verdict.Label.UNDECIDED) {
      events.add("failed");
      over = true;
    } else if (!verdict.isUnsafe()) {
      boolean all = ending != null || verdict.safePrefixLength() == Verdict.ALL;
      passed = Math.max(passed, all ? visible.size() : before(verdict.safePrefixLength()));
      report();
      if (ending != null) {
        finish(ending);
      }
    } else {
      unsafe(policy, verdict);
    }
  }

  private void unsafe(GuardPolicy policy, Verdict verdict) {
    if (guardUndos++ >= policy.maxUndos()) {
      undo(0, UndoCause.GUARD);
      refuse(policy.refusal());
      return;
    }
    int safe = Math.min(passed, before(verdict.safePrefixLength()));
    if (policy.response() instanceof GuardPolicy.Rewind rewind) {
      List<Integer> nudged = rewind.nudgedPrompt().map(ReferenceDecoder::list).orElse(prompt);
      if (nudged.equals(prompt) && safe < visible.size()) {
        rejected.computeIfAbsent(safe, place -> new HashSet<>()).add(visible.get(safe));
      }
      prompt = nudged;
      generated = new ArrayList<>(generatedAt(safe));
      undo(safe, UndoCause.GUARD);
    } else {
      raw.add(request.undo().resetId().orElseThrow());
      undoWithReset(Math.min(safe, kept()), UndoCause.GUARD);
    }
    if (!hasRoom()) {
      if (!visible.isEmpty()) {
        undo(0, UndoCause.GUARD);
      }
      refuse(policy.refusal());
    }
  }

  private void refuse(TokenIds refusal) {
    refusing = true;
    visible = list(refusal);
    raw.addAll(visible);
    report();
    finish(FinishReason.REFUSED);
  }

  private void report() {
    int end = request.guards().isPresent() && !refusing ? passed : visible.size();
    for (int token : visible.subList(reported, end)) {
      events.add("token " + token);
    }
    reported = end;
  }

  private void finish(FinishReason reason) {
    finish(reason, false);
  }

  /**
   * @param undecided whether text that is not final is left out
   */
  private void finish(FinishReason reason, boolean undecided) {
    String text =
        undecided ? ReferenceText.given(tokenizer, visible, stops()) : complete(text(visible));
    events.add("finished " + reason + " " + visible + " '" + text + "'");
    over = true;
  }

  private List<String> stops() {
    return refusing ? List.of() : request.stopTexts();
  }

  private String complete(String text) {
    int stop = stop(text);
    return stop < 0 ? text : text.substring(0, stop);
  }

  private static List<Integer> list(TokenIds ids) {
    return new ArrayList<>(java.util.Arrays.stream(ids.toArray()).boxed().toList());
  }

  private static int[] join(List<Integer> prompt, List<Integer> generated) {
    return java.util.stream.Stream.concat(prompt.stream(), generated.stream())
        .mapToInt(i -> i)
        .toArray();
  }
}
