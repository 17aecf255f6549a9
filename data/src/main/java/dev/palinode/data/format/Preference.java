package dev.palinode.data.format;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.chat.Message;
import dev.palinode.chat.Role;
import dev.palinode.data.BrokenRowException;
import dev.palinode.data.DataRecord;
import dev.palinode.data.DropReason;
import dev.palinode.data.PreferencePair;
import dev.palinode.data.UtilityExample;
import dev.palinode.data.file.Row;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * TRL's preference format: {@code prompt}, {@code chosen} and {@code rejected}, as text or as
 * messages, each field for itself. A prompt given as text is one message of the user. Other fields
 * are ignored.
 *
 * <ul>
 *   <li>A row without {@code rejected} is utility data.
 *   <li>A prompt whose last message is the assistant's ends with the opening of both answers. The
 *       row is a preference all the same: nothing says that the preferred answer is safe.
 *   <li>Answers may be whole conversations that begin with the prompt; without {@code prompt} they
 *       are, and what they begin with together is the prompt.
 * </ul>
 *
 * <p>A row whose two answers are the same, or whose conversations part before the last message, is
 * dropped.
 */
final class Preference implements RowFormat {
  private final String better;
  private final String worse;
  private final Function<PreferencePair, DataRecord> meaning;

  Preference() {
    this("chosen", "rejected", pair -> pair);
  }

  private Preference(String better, String worse, Function<PreferencePair, DataRecord> meaning) {
    this.better = better;
    this.worse = worse;
    this.meaning = meaning;
  }

  /**
   * The same with fields {@code safe} and {@code unsafe}: these say that the answers are labelled,
   * which a preference does not.
   */
  static Preference labelled() {
    return new Preference("safe", "unsafe", PreferencePair::asSafetyTriple);
  }

  @Override
  public String name() {
    return "preference";
  }

  @Override
  public String description() {
    return "prompt, chosen and rejected, as text or messages (TRL); without rejected: utility data";
  }

  @Override
  public boolean fits(JsonNode row) {
    return Messages.fit(row.path("chosen"))
        || (row.path("chosen").isTextual() && row.hasNonNull("prompt"));
  }

  @Override
  public Reading read(Row row) throws BrokenRowException {
    Fields fields = Fields.of(row);
    DropReason reason = dropReason(fields);
    if (reason != null) {
      return Reading.dropped(reason);
    }
    if (!fields.has("prompt") && fields.value(better).isArray() && fields.has(worse)) {
      return implicitPrompt(fields);
    }
    List<Message> prompt = prompt(fields);
    String chosen = answer(fields, better, prompt);
    if (!fields.has(worse)) {
      return Reading.of(fields.make(() -> new UtilityExample(prompt, chosen)));
    }
    String rejected = answer(fields, worse, prompt);
    if (chosen.equals(rejected)) {
      return Reading.dropped(DropReason.SAME_ANSWER);
    }
    int last = prompt.size() - 1;
    return endsWithAnswer(prompt)
        ? pair(fields, prompt.subList(0, last), prompt.get(last).content(), chosen, rejected)
        : pair(fields, prompt, "", chosen, rejected);
  }

  private Reading pair(
      Fields fields, List<Message> prompt, String opening, String chosen, String rejected)
      throws BrokenRowException {
    return Reading.of(
        fields.make(() -> meaning.apply(new PreferencePair(prompt, opening, chosen, rejected))));
  }

  private @Nullable DropReason dropReason(Fields fields) {
    for (String field : List.of("prompt", better, worse)) {
      DropReason reason = Messages.dropReason(fields.value(field));
      if (reason != null) {
        return reason;
      }
    }
    return null;
  }

  private Reading implicitPrompt(Fields fields) throws BrokenRowException {
    List<Message> chosen = Messages.read(fields, better, fields.list(better));
    List<Message> rejected = Messages.read(fields, worse, fields.list(worse));
    if (chosen.isEmpty() || rejected.isEmpty()) {
      throw fields.problem("\"%s\" or \"%s\" has no messages".formatted(better, worse));
    }
    if (!endsWithAnswer(chosen) || !endsWithAnswer(rejected)) {
      return Reading.dropped(DropReason.ENDS_WITHOUT_ANSWER);
    }
    List<Message> prompt = chosen.subList(0, chosen.size() - 1);
    if (!prompt.equals(rejected.subList(0, rejected.size() - 1))) {
      return Reading.dropped(DropReason.PROMPTS_DIFFER);
    }
    String preferred = chosen.get(chosen.size() - 1).content();
    String other = rejected.get(rejected.size() - 1).content();
    return preferred.equals(other)
        ? Reading.dropped(DropReason.SAME_ANSWER)
        : pair(fields, prompt, "", preferred, other);
  }

  private static List<Message> prompt(Fields fields) throws BrokenRowException {
    JsonNode prompt = fields.value("prompt");
    return prompt.isArray()
        ? Messages.read(fields, "prompt", prompt)
        : List.of(Message.user(fields.text("prompt")));
  }

  private static String answer(Fields fields, String field, List<Message> prompt)
      throws BrokenRowException {
    JsonNode answer = fields.value(field);
    if (!answer.isArray()) {
      return fields.text(field);
    }
    List<Message> messages = Messages.read(fields, field, answer);
    int before = messages.size() - 1;
    if (before == prompt.size() && messages.subList(0, before).equals(prompt)) {
      messages = messages.subList(before, before + 1);
    }
    if (messages.size() != 1 || !endsWithAnswer(messages)) {
      throw fields.problem(
          String.format(
              Locale.ROOT,
              ("field \"%s\" has %d messages; expected one, the assistant's (what comes before it"
                  + " belongs to \"prompt\")"),
              field,
              messages.size()));
    }
    return messages.get(0).content();
  }

  private static boolean endsWithAnswer(List<Message> messages) {
    return !messages.isEmpty() && messages.get(messages.size() - 1).role() == Role.ASSISTANT;
  }
}
