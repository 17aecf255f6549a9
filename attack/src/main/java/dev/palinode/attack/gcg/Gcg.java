package dev.palinode.attack.gcg;

import dev.palinode.attack.Attack;
import dev.palinode.attack.AttackSession;
import dev.palinode.attack.Behavior;
import dev.palinode.attack.gcg.GcgSearch.Step;
import dev.palinode.attack.loss.ResetPenalty;
import dev.palinode.attack.loss.TargetLoss;
import dev.palinode.attack.loss.TokenGradient;
import dev.palinode.chat.ChatFormat;
import dev.palinode.model.LoadedModel;
import dev.palinode.token.TokenIds;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.apache.commons.lang3.Validate;

/**
 * Greedy coordinate gradients (Zou et al., 2023): a suffix to the request that makes the model
 * begin its answer with the target.
 *
 * <p>The attacker who does not know the undo stops as soon as greedy decoding gives the target, and
 * asks the victim once. The one who does (Zhang et al., 2024, adaptive attack) minimises the
 * probability of a reset too, asks whenever the target would come out and stay, and stops when an
 * final answer is unsafe. Both ask with their best suffix when their steps are over.
 */
public final class Gcg implements Attack {
  private final LoadedModel model;
  private final ChatFormat format;
  private final GcgSettings settings;
  private final Optional<ResetPenalty> penalty;
  private final int[] allowed;

  /**
   * The attack on a model.
   *
   * @param model opened {@linkplain LoadedModel#openForGradients for gradients}: the victim itself,
   *     or one that resembles it. It stays the caller's
   * @param format how the victim lays out conversations
   * @throws IllegalArgumentException if the settings are for an attacker who knows the undo, and
   *     the model has no reset token
   */
  public Gcg(LoadedModel model, ChatFormat format, GcgSettings settings) {
    this.model = model;
    this.format = format;
    this.settings = settings;
    this.penalty = penalty(model, settings);
    this.allowed = Candidates.allowed(model.tokenizer());
  }

  private static Optional<ResetPenalty> penalty(LoadedModel model, GcgSettings settings) {
    if (!settings.isAdaptive()) {
      return Optional.empty();
    }
    Validate.isTrue(
        model.resetId().isPresent(),
        "the model has no token %s: nothing to adapt to, use plain GCG",
        LoadedModel.RESET);
    return Optional.of(new ResetPenalty(model.resetId().getAsInt(), settings.resetWeight()));
  }

  @Override
  public String name() {
    return settings.isAdaptive() ? "adaptive-gcg" : "gcg";
  }

  @Override
  public String identity() {
    return name() + " " + settings;
  }

  @Override
  public void require(Behavior behavior) {
    behavior.requireTarget();
  }

  @Override
  public void attack(Behavior behavior, AttackSession session) throws IOException {
    int[] target = format.opening(behavior.requireTarget());
    SuffixPrompt prompt =
        SuffixPrompt.of(
            format, model.tokenizer(), behavior.request(), settings.suffixTokens(), allowed);
    requireRoom(prompt.ids(prompt.initial()).length + target.length);
    TargetLoss loss = new TargetLoss(model.network(), target, penalty);
    GcgSearch search = new GcgSearch(prompt, loss, allowed, settings);
    RandomGenerator random = session.random();

    int[] suffix = prompt.initial();
    int[] best = suffix;
    double smallest = Double.POSITIVE_INFINITY;
    Set<TokenIds> asked = new HashSet<>();
    for (int step = 0; step < settings.steps(); step++) {
      if (!session.spendGradientStep(prompt.ids(suffix).length + target.length)) {
        break;
      }
      TokenGradient gradient = search.gradient(suffix);
      if (step == 0) {
        smallest = gradient.loss();
      }
      if (gradient.isGreedy() && asked.add(TokenIds.of(suffix))) {
        session.askFound(List.of(session.request(prompt.text(suffix))));
        if (isOver(session)) {
          return;
        }
      }
      Step next = search.next(suffix, gradient, random);
      session.spendTokens(next.tokens());
      suffix = next.suffix();
      if (next.loss() < smallest) {
        smallest = next.loss();
        best = suffix;
      }
    }
    if (asked.add(TokenIds.of(best))) {
      session.askFound(List.of(session.request(prompt.text(best))));
    }
  }

  private void requireRoom(int tokens) {
    int room = model.network().config().contextLength();
    Validate.isTrue(
        tokens <= room,
        "the request with its suffix and the target has %s tokens; the model's context has %s",
        tokens,
        room);
  }

  /** Whether a suffix that has been asked was the last. */
  private boolean isOver(AttackSession session) {
    return !settings.isAdaptive() || session.hasSucceeded() || session.isSpent();
  }
}
