package dev.palinode.data.format;

import static dev.palinode.data.format.DroppedRowException.dropIf;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.chat.Message;
import dev.palinode.chat.Role;
import dev.palinode.data.file.Row;
import dev.palinode.data.record.BrokenRowException;
import dev.palinode.data.record.DataRecord;
import dev.palinode.data.record.DropReason;
import dev.palinode.data.record.PreferencePair;
import dev.palinode.data.record.UtilityExample;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Row formats of preferences: a prompt with two answers. */
final class Preferences {
  private static final Pattern LABEL = Pattern.compile("\n\n(Human|Assistant):");

  /**
   * Anthropic's HH-RLHF (Bai et al. 2022, arXiv 2204.05862): rows with two transcripts, {@code
   * chosen} and {@code rejected}, that differ in the assistant's last answer. Other fields are
   * ignored.
   *
   * <p>{@code "\n\nHuman:"} and {@code "\n\nAssistant:"} start a turn, and nothing else does: some
   * answers of this data set were sampled past their end and continue with an invented {@code
   * "Human: ..."} within a line. The last turns are the two answers, all turns before them the
   * prompt. A row is dropped if a text does not start with a human turn or ends with one, if the
   * texts differ before the last turn, if one speaker has two turns in a row (which chat templates
   * reject), if a turn is empty, or if both answers are the same.
   */
  static final RowFormat HH_RLHF =
      new RowFormat(
          "hh-rlhf",
          "chosen and rejected: whole transcripts of \"Human:\" and \"Assistant:\" turns",
          Preferences::hasTranscripts,
          row -> List.of(transcripts(row)));

  /**
   * TRL's preference format: {@code prompt}, {@code chosen} and {@code rejected}, each as text or
   * messages. A text prompt is one user message. Other fields are ignored.
   *
   * <ul>
   *   <li>A row without {@code rejected} is utility data.
   *   <li>If the prompt's last message is the assistant's, it is the opening of both answers. The
   *       row is still a preference: the preferred answer is not necessarily safe.
   *   <li>Answers may be whole conversations that begin with the prompt. Without {@code prompt}
   *       they must be, and all messages but the last are the prompt.
   * </ul>
   *
   * <p>A row with equal answers, or with conversations that differ before the last message, is
   * dropped.
   */
  static final RowFormat PREFERENCE =
      new RowFormat(
          "preference",
          "prompt, chosen and rejected, as text or messages (TRL); without rejected: utility data",
          Preferences::hasAnswers,
          row -> List.of(read(row, "chosen", "rejected")));

  /** The same with fields {@code safe} and {@code unsafe}: the answers are already labelled. */
  static final RowFormat LABELLED =
      new RowFormat(
          "labelled",
          "prompt, safe and unsafe, as text or messages",
          row -> row.has("safe"),
          row -> List.of(labelled(read(row, "safe", "unsafe"))));

  private Preferences() {}

  private static DataRecord labelled(DataRecord item) {
    return item instanceof PreferencePair pair ? pair.asSafetyTriple() : item;
  }

  private static boolean hasTranscripts(JsonNode row) {
    return row.path("chosen").asText().startsWith("\n\nHuman:") && row.path("rejected").isTextual();
  }

  private static PreferencePair transcripts(Row row)
      throws BrokenRowException, DroppedRowException {
    List<Message> chosen = turns(row.text("chosen"));
    List<Message> rejected = turns(row.text("rejected"));
    dropIf(!opensWithUser(chosen) || !opensWithUser(rejected), DropReason.NOT_A_TRANSCRIPT);
    Messages.dropUnlikePrompts(chosen, rejected);
    dropIf(!alternates(chosen), DropReason.TURNS_DO_NOT_ALTERNATE);
    dropIf(
        Stream.of(chosen, rejected).flatMap(List::stream).anyMatch(Messages::isBlank),
        DropReason.EMPTY_TURN);
    return pair(chosen, rejected);
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

  private static boolean hasAnswers(JsonNode row) {
    return Messages.fit(row.path("chosen"))
        || (row.path("chosen").isTextual() && row.hasNonNull("prompt"));
  }

  private static DataRecord read(Row row, String better, String worse)
      throws BrokenRowException, DroppedRowException {
    Messages.dropUnusable(row, "prompt", better, worse);
    if (!row.has("prompt") && row.path(better).isArray() && row.has(worse)) {
      return ofConversations(row, better, worse);
    }
    List<Message> prompt = Messages.prompt(row, "prompt");
    String chosen = Messages.answer(row, better, prompt);
    return row.has(worse)
        ? pair(prompt, chosen, Messages.answer(row, worse, prompt))
        : new UtilityExample(prompt, chosen);
  }

  private static PreferencePair ofConversations(Row row, String better, String worse)
      throws BrokenRowException, DroppedRowException {
    List<Message> chosen = Messages.read(row, better);
    List<Message> rejected = Messages.read(row, worse);
    if (chosen.isEmpty() || rejected.isEmpty()) {
      throw row.problem("\"%s\" or \"%s\" has no messages".formatted(better, worse));
    }
    Messages.dropUnlikePrompts(chosen, rejected);
    return pair(chosen, rejected);
  }

  private static PreferencePair pair(List<Message> chosen, List<Message> rejected)
      throws DroppedRowException {
    String answer = Messages.last(chosen).content();
    return pair(Messages.beforeLast(chosen), answer, Messages.last(rejected).content());
  }

  private static PreferencePair pair(List<Message> prompt, String chosen, String rejected)
      throws DroppedRowException {
    dropIf(chosen.equals(rejected), DropReason.SAME_ANSWER);
    return opened(prompt, chosen, rejected);
  }

  /** A pair of answers; if the prompt's last message is the assistant's, it is their opening. */
  static PreferencePair opened(List<Message> prompt, String chosen, String rejected) {
    return Messages.endWithAnswer(prompt)
        ? new PreferencePair(
            Messages.beforeLast(prompt), Messages.last(prompt).content(), chosen, rejected)
        : new PreferencePair(prompt, chosen, rejected);
  }
}
