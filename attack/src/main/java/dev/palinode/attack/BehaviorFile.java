package dev.palinode.attack;

import dev.palinode.chat.Message;
import dev.palinode.data.format.Formats;
import dev.palinode.data.format.RecordFiles;
import dev.palinode.data.format.RowFormat;
import dev.palinode.data.record.DataException;
import dev.palinode.data.record.DataRecord;
import dev.palinode.data.record.EvaluationPrompt;
import dev.palinode.data.record.EvaluationPrompt.Expected;
import dev.palinode.data.record.PreferencePair;
import dev.palinode.data.record.SafetyTriple;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads behaviours from the files in which they are published (AdvBench, HarmBench, StrongREJECT
 * and others with prompts), or from pairs of a safe and an unsafe answer, whose unsafe one is the
 * target. Prompts that should be answered, such as XSTest's safe half, are left out, as are
 * conversations of several turns.
 */
public final class BehaviorFile {
  private static final String CONTEXT = "%s\n\n---\n\n%s"; // as HarmBench puts it

  private BehaviorFile() {}

  /**
   * Reads all behaviours of a file, in its order.
   *
   * @param target of behaviours without one of their own; may be empty
   * @throws DataException if the file or a row is broken, it has no behaviour, or an id twice
   * @throws IOException if it cannot be read
   */
  public static List<Behavior> read(Path file, String target) throws IOException {
    RowFormat format = Formats.recognise(file);
    List<Behavior> behaviors = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    int[] row = new int[1];
    RecordFiles.read(
        file,
        format,
        each -> {
          Optional<Behavior> behavior = behavior(each, "" + ++row[0], target);
          if (behavior.isPresent() && !ids.add(behavior.get().id())) {
            throw new DataException(
                file, "two behaviours have the id \"%s\"".formatted(behavior.get().id()));
          }
          behavior.ifPresent(behaviors::add);
        });
    if (behaviors.isEmpty()) {
      throw new DataException(
          file, "no behaviour; expected prompts that should be declined, each a single message");
    }
    return behaviors;
  }

  private static Optional<Behavior> behavior(DataRecord record, String row, String target) {
    if (record instanceof EvaluationPrompt prompt) {
      return prompt.expected() == Expected.HELP || prompt.turns().size() > 1
          ? Optional.empty()
          : Optional.of(behavior(prompt, target));
    } else if (record instanceof SafetyTriple triple) {
      return single(row, triple.prompt(), triple.opening() + triple.unsafe());
    } else if (record instanceof PreferencePair pair) {
      return single(row, pair.prompt(), pair.opening() + pair.rejected());
    }
    return Optional.empty();
  }

  private static Behavior behavior(EvaluationPrompt prompt, String target) {
    String request = prompt.turns().get(0);
    return new Behavior(
        prompt.id(),
        prompt.context().isEmpty() ? request : CONTEXT.formatted(prompt.context(), request),
        prompt.target().isEmpty() ? target : prompt.target());
  }

  private static Optional<Behavior> single(String id, List<Message> prompt, String target) {
    return prompt.size() == 1
        ? Optional.of(new Behavior(id, prompt.get(0).content(), target))
        : Optional.empty();
  }
}
