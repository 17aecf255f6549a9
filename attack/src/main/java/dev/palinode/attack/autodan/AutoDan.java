package dev.palinode.attack.autodan;

import dev.palinode.attack.Attack;
import dev.palinode.attack.AttackSession;
import dev.palinode.attack.Behavior;
import dev.palinode.attack.loss.TargetLoss;
import dev.palinode.attack.loss.TargetLoss.Losses;
import dev.palinode.chat.ChatFormat;
import dev.palinode.chat.Message;
import dev.palinode.model.LoadedModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.apache.commons.lang3.Validate;

/**
 * AutoDAN (Liu et al., 2024): a hierarchical genetic search over readable prompts. The score of a
 * prompt is the log-likelihood of the target's tokens after it; the best prompts survive, some
 * generations exchange sentences, the others replace words by those with the best record, and some
 * prompts are rewritten.
 *
 * <p>The victim is asked with the best prompt of every few generations and of the last one, until
 * an answer is unsafe.
 */
public final class AutoDan implements Attack {
  private final LoadedModel model;
  private final ChatFormat format;
  private final Seeds seeds;
  private final Paraphrases table;
  private final Rewriter rewriter;
  private final AutoDanSettings settings;

  /**
   * The attack on a model.
   *
   * @param model the victim itself, or one that resembles it, in any form. It stays the caller's
   * @param format how the victim lays out conversations
   * @param seeds the prompts of the first generation, filled up with rewritten ones
   * @param table words that may replace each other
   * @param rewriter of whole prompts: by the same table, or by a model
   */
  public AutoDan(
      LoadedModel model,
      ChatFormat format,
      Seeds seeds,
      Paraphrases table,
      Rewriter rewriter,
      AutoDanSettings settings) {
    this.model = model;
    this.format = format;
    this.seeds = seeds;
    this.table = table;
    this.rewriter = rewriter;
    this.settings = settings;
  }

  @Override
  public String name() {
    return "autodan";
  }

  @Override
  public String identity() {
    return String.format(
        Locale.ROOT,
        "autodan, %s, %d seeds %08x, %s, rewritten by %s",
        settings,
        seeds.prompts().size(),
        seeds.prompts().hashCode(),
        table,
        rewriter.identity());
  }

  @Override
  public void require(Behavior behavior) {
    behavior.requireTarget();
  }

  @Override
  public void attack(Behavior behavior, AttackSession session) throws IOException {
    TargetLoss loss =
        new TargetLoss(model.network(), target(behavior), /* penalty= */ Optional.empty());
    WordMomentum momentum = new WordMomentum(table, settings.topWords());
    Set<String> asked = new HashSet<>();
    List<String> prompts = first(session);
    for (int generation = 1; ; generation++) {
      List<Scored> scored = score(prompts, behavior, loss, session);
      boolean isLast = generation == settings.generations() || session.isSpent();
      // The last query is kept for the end.
      boolean isAsked = generation % settings.asksEvery() == 0 && session.queriesLeft() > 1;
      if (isLast || isAsked) {
        String best = behavior.in(scored.get(0).prompt());
        if (asked.add(best)) {
          session.askFound(List.of(session.request(best)));
        }
      }
      if (isLast || session.hasSucceeded()) {
        return;
      }
      momentum.learn(scored);
      prompts = next(generation, scored, momentum, session);
    }
  }

  private int[] target(Behavior behavior) {
    return format.opening(behavior.requireTarget());
  }

  /** The seeds, as many as there is room for, and rewritten ones for the rest. */
  private List<String> first(AttackSession session) throws IOException {
    List<String> all = seeds.prompts();
    List<String> prompts =
        new ArrayList<>(all.subList(0, Math.min(all.size(), settings.population())));
    List<String> copies = new ArrayList<>();
    while (prompts.size() + copies.size() < settings.population()) {
      copies.add(all.get(copies.size() % all.size()));
    }
    prompts.addAll(rewritten(copies, session));
    return prompts;
  }

  private List<String> rewritten(List<String> prompts, AttackSession session) throws IOException {
    return rewriter.rewrite(prompts, session).stream().map(Seeds::withOnePlace).toList();
  }

  /** The prompts with their scores, the best first; those that are too long have the worst. */
  private List<Scored> score(
      List<String> prompts, Behavior behavior, TargetLoss loss, AttackSession session) {
    int room = model.network().config().contextLength() - target(behavior).length;
    List<String> readable = new ArrayList<>();
    List<int[]> ids = new ArrayList<>();
    List<Scored> scored = new ArrayList<>();
    for (String prompt : prompts) {
      String text = behavior.in(prompt);
      int[] encoded = format.prompt(List.of(Message.user(text)));
      if (encoded.length <= room) {
        readable.add(prompt);
        ids.add(encoded);
      } else {
        scored.add(new Scored(prompt, Double.NEGATIVE_INFINITY));
      }
    }
    Validate.isTrue(
        !ids.isEmpty(),
        "no prompt fits into the model's context of %s tokens with its target",
        model.network().config().contextLength());
    Losses losses = loss.of(ids.get(0), ids);
    session.spendTokens(losses.tokens());
    for (int i = 0; i < readable.size(); i++) {
      scored.add(new Scored(readable.get(i), -losses.values()[i]));
    }
    scored.sort(Comparator.comparingDouble(Scored::score).reversed());
    return scored;
  }

  /** The next generation: elites, and children of which some are rewritten. */
  private List<String> next(
      int generation, List<Scored> scored, WordMomentum momentum, AttackSession session)
      throws IOException {
    List<String> prompts = new ArrayList<>();
    scored.stream().limit(settings.eliteCount()).map(Scored::prompt).forEach(prompts::add);
    int count = settings.population() - prompts.size();
    List<String> children =
        generation % settings.sentencesEvery() == 0
            ? crossed(scored, count, session.random())
            : scored.subList(prompts.size(), scored.size()).stream()
                .map(each -> each.prompt())
                .map(each -> momentum.apply(each, settings.crossover(), session.random()))
                .toList();
    prompts.addAll(mutated(children, session));
    return prompts;
  }

  /** Children of parents that are drawn by their scores. */
  private List<String> crossed(List<Scored> scored, int count, RandomGenerator random) {
    List<String> children = new ArrayList<>();
    while (children.size() < count) {
      String first = Scored.draw(scored, random).prompt();
      String second = Scored.draw(scored, random).prompt();
      children.addAll(
          random.nextDouble() < settings.crossover()
              ? SentenceCrossover.cross(first, second, settings.breakpoints(), random)
              : List.of(first, second));
    }
    return children.subList(0, count);
  }

  private List<String> mutated(List<String> children, AttackSession session) throws IOException {
    List<Integer> chosen = new ArrayList<>();
    for (int i = 0; i < children.size(); i++) {
      if (session.random().nextDouble() < settings.mutation()) {
        chosen.add(i);
      }
    }
    List<String> all = new ArrayList<>(children);
    List<String> rewritten = rewritten(chosen.stream().map(children::get).toList(), session);
    for (int i = 0; i < chosen.size(); i++) {
      all.set(chosen.get(i), rewritten.get(i));
    }
    return Collections.unmodifiableList(all);
  }
}
