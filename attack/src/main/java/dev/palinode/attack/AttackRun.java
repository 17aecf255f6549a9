package dev.palinode.attack;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.ProductVersion;
import dev.palinode.evaluation.judging.AnswerJudge;
import dev.palinode.evaluation.run.ModelJson;
import dev.palinode.evaluation.run.RunFolder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * An attack on many behaviours, whose attempts go to the folder of a run. A run that was killed
 * resumes at the behaviour that it was at. A behaviour that cannot be attacked, such as one too
 * long for the model, gets a line with the error, and the run continues.
 *
 * @param attack what is tried
 * @param victim that is asked
 * @param judge whose verdict decides
 * @param budget for each behaviour
 * @param seed of all random numbers
 */
public record AttackRun(Attack attack, Victim victim, NamedJudge judge, Budget budget, long seed) {
  /** The fields that tell lines of results apart. */
  public static final List<String> KEY = List.of("attack", "behavior", "attempt");

  /**
   * A judge that results can name.
   *
   * @param name short, for people
   */
  public record NamedJudge(String name, AnswerJudge judge) {}

  /** Listener for a run's progress. */
  @FunctionalInterface
  public interface Progress {
    /**
     * Called after each behaviour, also after one that an earlier process has done.
     *
     * @param soFar the results of all done
     */
    void done(AttackResults soFar);

    /**
     * Called whenever the attack on a behaviour has spent something.
     *
     * @param soFar the results of the behaviours before it
     * @param spent on this one
     */
    default void spent(AttackResults soFar, Spent spent) {}
  }

  /**
   * The beginning of the run's manifest: all that results depend on but the behaviours.
   *
   * @param modelName of the victim, for people, such as its folder
   */
  public ObjectNode manifest(String modelName) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("kind", "attack");
    json.put("palinode", ProductVersion.current()).put("java", System.getProperty("java.version"));
    json.put("attack", attack.name()).put("attack_identity", attack.identity());
    json.set("model", ModelJson.of(modelName, victim.model()));
    json.putObject("judges").put(judge.name(), judge.judge().identity());
    json.set("sampling", AttemptJson.sampling(victim.sampling()));
    json.put("max_new_tokens", victim.maxNewTokens()).put("seed", seed);
    json.set("budget", AttemptJson.budget(budget));
    return json;
  }

  /**
   * Attacks all behaviours that the folder has not, and writes the summary.
   *
   * @param folder opened with {@link #KEY}
   * @throws IllegalArgumentException if a behaviour lacks what the attack needs; nothing was asked
   * @throws IOException if the victim or an auxiliary model does not work, or the folder cannot be
   *     written; what is done stays
   */
  public AttackResults run(List<Behavior> behaviors, RunFolder folder, Progress progress)
      throws IOException {
    behaviors.forEach(attack::require);
    AttackResults results = new AttackResults(attack.name(), behaviors.size());
    List<List<String>> order = new ArrayList<>();
    for (Behavior each : behaviors) {
      List<ObjectNode> lines = known(each, folder);
      if (lines.isEmpty()) {
        lines = attack(each, spent -> progress.spent(results, spent));
        for (ObjectNode line : lines) {
          folder.append(line);
        }
      }
      IntStream.range(0, lines.size()).forEach(i -> order.add(key(each, i)));
      removeFrom(lines.size(), each, folder);
      results.add(lines);
      progress.done(results);
    }
    folder.putInOrder(order);
    folder.writeSummary(results.toJson());
    return results;
  }

  /** The lines of a behaviour in the folder; empty if it has not all. */
  private List<ObjectNode> known(Behavior behavior, RunFolder folder) throws IOException {
    List<ObjectNode> lines = new ArrayList<>();
    int attempts = 1; // until the first line says how many there are
    for (int i = 0; i < attempts; i++) {
      Optional<ObjectNode> line = folder.get(key(behavior, i));
      if (line.isEmpty()) {
        return List.of();
      }
      lines.add(line.get());
      attempts = lines.get(0).path(AttemptJson.ATTEMPTS).asInt();
    }
    return lines;
  }

  /** Removes what a killed process left of a behaviour that took fewer attempts this time. */
  private void removeFrom(int attempts, Behavior behavior, RunFolder folder) throws IOException {
    for (int i = attempts; folder.get(key(behavior, i)).isPresent(); i++) {
      folder.remove(key(behavior, i));
    }
  }

  private List<ObjectNode> attack(Behavior behavior, Consumer<Spent> onSpent) throws IOException {
    AttackSession session = new AttackSession(victim, judge.judge(), behavior, budget, seed);
    session.onSpent(onSpent);
    Optional<String> failure = Optional.empty();
    try {
      attack.attack(behavior, session);
    } catch (IllegalArgumentException e) {
      failure = Optional.of(String.valueOf(e.getMessage()));
    }
    return new AttemptJson(attack.name(), behavior, judge.name()).lines(session, failure);
  }

  private List<String> key(Behavior behavior, int attempt) {
    return List.of(attack.name(), behavior.id(), "" + attempt);
  }
}
