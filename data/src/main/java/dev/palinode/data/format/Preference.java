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
 * TRL's preference format: {@code prompt}, {@code chosen} and {@code rejected}, each as text or as
 * messages. A prompt given as text is one message of the user. Other fields are ignored.
 *
 * <ul>
 *   <li>A row without {@code rejected} is utility data.
 *   <li>A prompt whose last message is the assistant's ends with the opening of both answers. The
 *       row is a preference all the same: nothing says that the preferred answer is safe.
 *   <li>Answers may be whole conversations that begin with the prompt; without {@code prompt} they
 *       are, and their common beginning is the prompt.
 * </ul>
 *
 * <p>A row whose two answers are the same, or whose conversations differ before the last message,
 * is dropped.
 *
 * @param better field of the preferred answer
 * @param worse field of the other
 * @param meaning the record that a pair of them is
 */
record Preference(String better, String worse, Function<PreferencePair, DataRecord> meaning) {
  static final RowFormat FORMAT =
      new Layout(
          "preference",
          "prompt, chosen and rejected, as text or messages (TRL); without rejected: utility data",
          Preference::fits,
          new Preference("chosen", "rejected", pair -> pair)::read);

  /** The same with fields {@code safe} and {@code unsafe}, which say that answers are labelled. */
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

  /** A pair of answers; a last message of the assistant's in the prompt is their opening. */
  static PreferencePair opened(List<Message> prompt, String chosen, String rejected) {
    return Messages.endWithAnswer(prompt)
        ? new PreferencePair(
            Messages.beforeLast(prompt), Messages.last(prompt).content(), chosen, rejected)
        : new PreferencePair(prompt, chosen, rejected);
  }
}
