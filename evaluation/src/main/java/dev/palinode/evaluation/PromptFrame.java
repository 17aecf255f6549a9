package dev.palinode.evaluation;

import dev.palinode.chat.ChatFormat;
import dev.palinode.chat.Message;
import dev.palinode.decode.GenerationRequest;
import dev.palinode.decode.Guidance;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * System message and guidance of an evaluation, the same for all its prompts.
 *
 * @param system message before each prompt
 * @param away negative prompt of guidance
 */
public record PromptFrame(Optional<String> system, Optional<Away> away) {
  /** The prompt alone. */
  public static final PromptFrame BARE = new PromptFrame(Optional.empty(), Optional.empty());

  /**
   * Guidance whose negative prompt is the same prompt under another system message.
   *
   * @param system the other system message
   * @param scale see {@link Guidance}
   * @param form see {@link Guidance}
   */
  public record Away(String system, double scale, Guidance.Form form) {}

  /** A request for the answer to a prompt, with only prompt and guidance set. */
  GenerationRequest.Builder request(ChatFormat format, String prompt) {
    GenerationRequest.Builder request =
        GenerationRequest.builder(format.prompt(conversation(system, prompt)));
    away.ifPresent(
        other -> {
          int[] negative = format.prompt(conversation(Optional.of(other.system), prompt));
          request.guidance(Guidance.of(negative, other.scale, other.form));
        });
    return request;
  }

  /** The prompt, after the system message if there is one. */
  List<Message> conversation(String prompt) {
    return conversation(system, prompt);
  }

  private static List<Message> conversation(Optional<String> system, String prompt) {
    return Stream.concat(system.map(Message::system).stream(), Stream.of(Message.user(prompt)))
        .toList();
  }
}
