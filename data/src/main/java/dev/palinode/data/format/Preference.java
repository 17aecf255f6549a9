package dev.palinode.data.format;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.chat.Message;
import dev.palinode.data.record.BrokenRowException;
import dev.palinode.data.record.DataRecord;
import dev.palinode.data.record.DropReason;
import dev.palinode.data.record.PreferencePair;
import dev.palinode.data.record.UtilityExample;
import java.util.List;
import java.util.function.Function;

/**
 * TRL's preference format: {@code prompt}, {@code chosen} and {@code rejected}, each as text or
 * messages. A text prompt is one user message. Other fields are ignored.
 *
 * <ul>
 *   <li>A row without {@code rejected} is utility data.
 *   <li>If the prompt's last message is the assistant's, it is the opening of both answers. The row
 *       is still a preference: the preferred answer is not necessarily safe.
 *   <li>Answers may be whole conversations that begin with the prompt. Without {@code prompt} they
 *       must be, and all messages but the last are the prompt.
 * </ul>
 *
 * <p>A row with equal answers, or with conversations that differ before the last message, is
 * dropped.
 *
 * @param better field of the preferred answer
 * @param worse field of the other
 * @param meaning converts a pair to its record
 */
record Preference(String better, String worse, Function<PreferencePair, DataRecord> meaning) {
  static final RowFormat FORMAT =
      new Layout(
          "preference",
          "prompt, chosen and rejected, as text or messages (TRL); without rejected: utility data",
          Preference::fits,
          new Preference("chosen", "rejected", pair -> pair)::read);

  /** The same with fields {@code safe} and {@code unsafe}: the answers are already labelled. */
  static final RowFormat LABELLED =
      new Layout(
          "labelled",
          "prompt, safe and unsafe, as text or messages",
          row -> row.has("safe"),
          new Preference("safe", "unsafe", PreferencePair::asSafetyTriple)::read);

  private static boolean fits(JsonNode row) {
    return Messages.fit(row.path("chosen"))
        || (row.path("chosen").isTextual() && row.hasNonNull("prompt"));
  }

  private ParseResult read(RowReader fields) throws BrokenRowException {
    DropReason reason = Messages.dropReason(fields, "prompt", better, worse);
    if (reason != null) {
      return ParseResult.dropped(reason);
    }
    if (!fields.has("prompt") && fields.value(better).isArray() && fields.has(worse)) {
      return ofConversations(fields);
    }
    List<Message> prompt = Messages.prompt(fields, "prompt");
    String chosen = Messages.answer(fields, better, prompt);
    return fields.has(worse)
        ? pair(prompt, chosen, Messages.answer(fields, worse, prompt))
        : ParseResult.of(new UtilityExample(prompt, chosen));
  }

  private ParseResult ofConversations(RowReader fields) throws BrokenRowException {
    List<Message> chosen = Messages.read(fields, better);
    List<Message> rejected = Messages.read(fields, worse);
    if (chosen.isEmpty() || rejected.isEmpty()) {
      throw fields.problem("\"%s\" or \"%s\" has no messages".formatted(better, worse));
    } else if (!Messages.endWithAnswer(chosen) || !Messages.endWithAnswer(rejected)) {
      return ParseResult.dropped(DropReason.ENDS_WITHOUT_ANSWER);
    } else if (!Messages.beforeLast(chosen).equals(Messages.beforeLast(rejected))) {
      return ParseResult.dropped(DropReason.PROMPTS_DIFFER);
    }
    String preferred = Messages.last(chosen).content();
    String other = Messages.last(rejected).content();
    return preferred.equals(other)
        ? ParseResult.dropped(DropReason.SAME_ANSWER)
        : ParseResult.of(
            meaning.apply(new PreferencePair(Messages.beforeLast(chosen), preferred, other)));
  }

  private ParseResult pair(List<Message> prompt, String chosen, String rejected) {
    return chosen.equals(rejected)
        ? ParseResult.dropped(DropReason.SAME_ANSWER)
        : ParseResult.of(meaning.apply(opened(prompt, chosen, rejected)));
  }

  /** A pair of answers; if the prompt's last message is the assistant's, it is their opening. */
  static PreferencePair opened(List<Message> prompt, String chosen, String rejected) {
    return Messages.endWithAnswer(prompt)
        ? new PreferencePair(
            Messages.beforeLast(prompt), Messages.last(prompt).content(), chosen, rejected)
        : new PreferencePair(prompt, chosen, rejected);
  }
}
