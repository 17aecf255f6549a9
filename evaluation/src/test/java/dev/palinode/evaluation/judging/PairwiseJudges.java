package dev.palinode.evaluation.judging;

import dev.palinode.answer.ChatModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Pairwise judges with short prompts, for tests. */
public final class PairwiseJudges {
  private PairwiseJudges() {}

  /** A judge whose prompts name questions and answers. */
  public static PairwiseJudge of(Path folder, ChatModel model) throws IOException {
    String line =
        "{\"name\":\"%s\",\"type\":\"pairwise\",\"system_prompt\":\"s\",\"prompt_template\":\"%s\",\"output_format\":\"[[A]]\"}%n";
    String one = "{question} A={answer_a} B={answer_b}";
    String two =
        "1:{question_1} 2:{question_2} A1={answer_a_1} A2={answer_a_2} B1={answer_b_1}"
            + " B2={answer_b_2}";
    Path prompts =
        Files.writeString(
            folder.resolve("prompts.jsonl"),
            line.formatted("pair-v2", one)
                + line.formatted("pair-v2-multi-turn", two)
                + line.formatted("pair-math-v1", "{ref_answer_1} " + one)
                + line.formatted("pair-math-v1-multi-turn", "{ref_answer_2} " + two));
    Path references =
        Files.writeString(
            folder.resolve("references.jsonl"),
            "{\"question_id\": 77, \"choices\": [{\"index\": 0, \"turns\": [\"r\", \"r\"]}]}\n");
    MtBenchPrompts read = new MtBenchPrompts(prompts, references, "pair-v2", "pair-math-v1");
    return new PairwiseJudge(model, read, () -> {});
  }
}
