package dev.palinode.data;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.chat.Message;
import dev.palinode.chat.Role;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Importer of Anthropic's HH-RLHF (Bai et al. 2022, arXiv 2204.05862): rows with two transcripts,
 * {@code chosen} and {@code rejected}, which share their start and part in the assistant's last
 * answer. Other fields are ignored.
 *
 * <p><b>Turns.</b> {@code "\n\nHuman:"} and {@code "\n\nAssistant:"} open a turn and nothing else
 * does; what lies between two of them, without the white space around it, is a message. A label in
 * the middle of a line belongs to the text: some answers of this data set were sampled past their
 * end and go on with an invented {@code "Human: ..."}.
 *
 * <p><b>Pairs.</b> The turns before the last are the prompt, the last ones the two answers. A row
 * is dropped, and counted under the first of these reasons that applies, if
 *
 * <ol>
 *   <li>a text does not open with a human turn,
 *   <li>a text ends with a human turn,
 *   <li>the texts differ before the last turn: the rejected answer would not answer the prompt,
 *   <li>two turns of one speaker follow each other, which chat templates refuse,
 *   <li>a turn is empty,
 *   <li>both answers are the same.
 * </ol>
 */
public final class HhRlhf {
  private static final Pattern TURN = Pattern.compile("\n\n(Human|Assistant):");

  private HhRlhf() {}

  /**
   * Reads a file row by row.
   *
   * @param file {@code .jsonl} or {@code .jsonl.gz}
   * @param sink takes each pair, in the order of the file
   * @return what was kept, and what was dropped and why
   * @throws DataException if the file is damaged, has no rows, or a row lacks one of the two texts
   * @throws IOException if the file cannot be read, or from the sink
   */
  public static ImportReport read(Path file, RecordSink<? super PreferencePair> sink)
      throws IOException {
    long kept = 0;
    EnumMap<DropReason, Long> dropped = new EnumMap<>(DropReason.class);
    try (JsonLines rows = JsonLines.open(file)) {
      for (ObjectNode row = rows.next(); row != null; row = rows.next()) {
        ConversationPair pair =
            new ConversationPair(
                turns(rows.string(row, "chosen")), turns(rows.string(row, "rejected")));
        DropReason reason = pair.dropReason();
        if (reason == null) {
          sink.accept(pair.toPreferencePair());
          kept++;
        } else {
          dropped.merge(reason, 1L, Long::sum);
        }
      }
    }
    if (kept == 0 && dropped.isEmpty()) {
      throw new DataException(
          file, 0, "no rows; expected objects with \"chosen\" and \"rejected\"");
    }
    return new ImportReport(kept, dropped);
  }

  /** The turns of a transcript; none if it does not open with one. */
  static List<Message> turns(String transcript) {
    List<Message> turns = new ArrayList<>();
    Matcher marker = TURN.matcher(transcript);
    boolean more = marker.lookingAt();
    while (more) {
      Role role = marker.group(1).equals("Human") ? Role.USER : Role.ASSISTANT;
      int start = marker.end();
      more = marker.find();
      int end = more ? marker.start() : transcript.length();
      turns.add(new Message(role, transcript.substring(start, end).strip()));
    }
    return turns;
  }
}
