package dev.palinode.data.format;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.chat.Message;
import dev.palinode.chat.Role;
import dev.palinode.data.record.BrokenRowException;
import dev.palinode.data.record.DropReason;
import dev.palinode.data.record.PreferencePair;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Anthropic's HH-RLHF (Bai et al. 2022, arXiv 2204.05862): rows with two transcripts, {@code
 * chosen} and {@code rejected}, that differ in the assistant's last answer. Other fields are
 * ignored.
 *
 * <p><b>Turns.</b> {@code "\n\nHuman:"} and {@code "\n\nAssistant:"} start a turn, and nothing else
 * does; the stripped text up to the next label is a message. A label within a line belongs to the
 * text: some answers of this data set were sampled past their end and continue with an invented
 * {@code "Human: ..."}.
 *
 * <p><b>Pairs.</b> The last turns are the two answers, all turns before them the prompt. A row is
 * dropped, and counted under the first of these reasons that applies, if
 *
 * <ol>
 *   <li>a text does not start with a human turn,
 *   <li>a text ends with a human turn,
 *   <li>the texts differ before the last turn, so that the rejected answer has another prompt,
 *   <li>one speaker has two turns in a row, which chat templates reject,
 *   <li>a turn is empty,
 *   <li>both answers are the same.
 * </ol>
 */
final class HhRlhf {
  private static final Pattern LABEL = Pattern.compile("\n\n(Human|Assistant):");

  static final RowFormat FORMAT =
      new Layout(
          "hh-rlhf",
          "chosen and rejected: whole transcripts of \"Human:\" and \"Assistant:\" turns",
          HhRlhf::fits,
          HhRlhf::read);

  private HhRlhf() {}

  private static boolean fits(JsonNode row) {
    return row.path("chosen").asText().startsWith("\n\nHuman:") && row.path("rejected").isTextual();
  }

  private static ParseResult read(RowReader fields) throws BrokenRowException {
    List<Message> chosen = turns(fields.text("chosen"));
    List<Message> rejected = turns(fields.text("rejected"));
    DropReason reason = dropReason(chosen, rejected);
    return reason != null
        ? ParseResult.dropped(reason)
        : ParseResult.of(
            new PreferencePair(
                Messages.beforeLast(chosen),
                Messages.last(chosen).content(),
                Messages.last(rejected).content()));
  }

  /** The turns of a transcript; none if the text does not start with a turn. */
  static List<Message> turns(String text) {
    List<Message> turns = new ArrayList<>();
    Matcher label = LABEL.matcher(text);
    for (boolean isFound = label.lookingAt(); isFound; ) {
      Role role = label.group(1).equals("Human") ? Role.USER : Role.ASSISTANT;
      int start = label.end();
      isFound = label.find();
      int end = isFound ? label.start() : text.length();
      turns.add(new Message(role, text.substring(start, end).strip()));
    }
    return turns;
  }

  private static @Nullable DropReason dropReason(List<Message> chosen, List<Message> rejected) {
    if (!opensWithUser(chosen) || !opensWithUser(rejected)) {
      return DropReason.NOT_A_TRANSCRIPT;
    } else if (!Messages.endWithAnswer(chosen) || !Messages.endWithAnswer(rejected)) {
      return DropReason.ENDS_WITHOUT_ANSWER;
    } else if (!Messages.beforeLast(chosen).equals(Messages.beforeLast(rejected))) {
      return DropReason.PROMPTS_DIFFER;
    } else if (!alternates(chosen)) {
      return DropReason.TURNS_DO_NOT_ALTERNATE;
    } else if (Stream.of(chosen, rejected).flatMap(List::stream).anyMatch(HhRlhf::isEmpty)) {
      return DropReason.EMPTY_TURN;
    }
    return chosen.equals(rejected) ? DropReason.SAME_ANSWER : null;
  }

  private static boolean opensWithUser(List<Message> turns) {
    return !turns.isEmpty() && turns.get(0).role() == Role.USER;
  }

  private static boolean alternates(List<Message> turns) {
    for (int i = 1; i < turns.size(); i++) {
      if (turns.get(i).role() == turns.get(i - 1).role()) {
        return false;
      }
    }
    return true;
  }

  private static boolean isEmpty(Message turn) {
    return turn.content().isBlank();
  }
}
