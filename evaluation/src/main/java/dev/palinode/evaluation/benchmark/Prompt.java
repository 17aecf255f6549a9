package dev.palinode.evaluation.benchmark;

import dev.palinode.chat.Message;
import java.util.List;
import org.apache.commons.lang3.Validate;

/**
 * A prompt of a benchmark.
 *
 * @param id different for all prompts of the benchmark
 * @param before messages before the first turn; may be empty
 * @param turns the user's messages, each sent after the answer to the one before; at least one
 * @param opening how the answer to each turn begins; may be empty
 * @param category of the data set; may be empty
 * @param reference the right answer to the last turn, if the file has one; may be empty
 */
public record Prompt(
    String id,
    List<Message> before,
    List<String> turns,
    String opening,
    String category,
    String reference) {
  public Prompt {
    before = List.copyOf(before);
    turns = List.copyOf(turns);
    Validate.isTrue(!turns.isEmpty(), "prompt %s has no turn", id);
  }
}
