package dev.palinode.evaluation.judging;

import dev.palinode.chat.Message;
import dev.palinode.data.format.Formats;
import dev.palinode.data.format.RecordFiles;
import dev.palinode.data.record.DataRecord.JudgePrompt;
import dev.palinode.data.record.DataRecord.ReferenceAnswer;
import dev.palinode.data.record.FileDigest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.commons.lang3.StringUtils;

/**
 * The judge prompts and the reference answers of MT-Bench's data: prompts for mathematics and the
 * like where there is a reference, and those for several turns from the second turn on.
 */
final class MtBenchPrompts {
  private static final String SEVERAL_TURNS = "-multi-turn";

  private final Map<String, JudgePrompt> prompts = new HashMap<>();
  private final Map<String, List<String>> references = new HashMap<>();
  private final String plain;
  private final String withReference;
  private final String identity;

  /**
   * Reads both files.
   *
   * @param promptFile {@code judge_prompts.jsonl}
   * @param referenceFile {@code reference_answer/gpt-4.jsonl}
   * @param plain name of the prompt for questions without a reference
   * @param withReference name of the other
   * @throws IOException if a file cannot be read, or a prompt is missing
   */
  MtBenchPrompts(Path promptFile, Path referenceFile, String plain, String withReference)
      throws IOException {
    this.plain = plain;
    this.withReference = withReference;
    RecordFiles.read(
        promptFile,
        Formats.named("mt-bench-judges"),
        item -> prompts.put(((JudgePrompt) item).name(), (JudgePrompt) item));
    RecordFiles.read(
        referenceFile,
        Formats.named("mt-bench-answers"),
        item -> references.put(((ReferenceAnswer) item).id(), ((ReferenceAnswer) item).turns()));
    for (String name : List.of(plain, withReference)) {
      for (String each : List.of(name, name + SEVERAL_TURNS)) {
        if (!prompts.containsKey(each)) {
          throw new IOException(promptFile + ": no judge prompt \"" + each + "\"");
        }
      }
    }
    identity =
        "prompts %s, references %s"
            .formatted(
                FileDigest.of(promptFile).sha256().substring(0, 16),
                FileDigest.of(referenceFile).sha256().substring(0, 16));
  }

  /** Both files, by their hashes. */
  String identity() {
    return identity;
  }

  /**
   * The question to the judging model.
   *
   * @param id of the prompt
   * @param questions the user's turns so far
   * @param answers by their places, such as <code>{answer}</code>
   */
  List<Message> question(String id, List<String> questions, Map<String, String> answers) {
    List<String> reference = references.getOrDefault(id, List.of());
    Map<String, String> places = new HashMap<>(answers);
    places.put("{question}", questions.get(0));
    for (int turn = 0; turn < questions.size(); turn++) {
      places.put("{question_" + (turn + 1) + "}", questions.get(turn));
    }
    for (int turn = 0; turn < reference.size(); turn++) {
      places.put("{ref_answer_" + (turn + 1) + "}", reference.get(turn));
    }
    String name = reference.isEmpty() ? plain : withReference;
    JudgePrompt prompt =
        Objects.requireNonNull(prompts.get(questions.size() == 1 ? name : name + SEVERAL_TURNS));
    String user =
        StringUtils.replaceEach(
            prompt.prompt(),
            places.keySet().toArray(String[]::new),
            places.values().toArray(String[]::new));
    return prompt.system().isEmpty()
        ? List.of(Message.user(user))
        : List.of(Message.system(prompt.system()), Message.user(user));
  }
}
