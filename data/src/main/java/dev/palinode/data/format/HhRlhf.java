package dev.palinode.data.format;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.chat.Message;
import dev.palinode.chat.Role;
import dev.palinode.data.BrokenRowException;
import dev.palinode.data.DropReason;
import dev.palinode.data.file.Row;
import java.util.ArrayList;
import java.util.List;

/**
 * Anthropic's HH-RLHF (Bai et al. 2022, arXiv 2204.05862): rows with two transcripts, {@code
 * chosen} and {@code rejected}, which share their start and part in the assistant's last answer.
 * Other fields are ignored.
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
final class HhRlhf implements RowFormat {
  private static final String HUMAN = "Human:";
  private static final String ASSISTANT = "Assistant:";

  @Override
  public String name() {
    return "hh-rlhf";
  }

  @Override
  public String description() {
    return "chosen and rejected: whole transcripts of \"Human:\" and \"Assistant:\" turns";
  }

  @Override
  public boolean fits(JsonNode row) {
    return row.path("chosen").asText().startsWith("\n\n" + HUMAN)
        && row.path("rejected").isTextual();
  }

  @Override
  public Reading read(Row row) throws BrokenRowException {
    Fields fields = Fields.of(row);
    ConversationPair pair =
        new ConversationPair(turns(fields.text("chosen")), turns(fields.text("rejected")));
    DropReason reason = pair.dropReason();
    return reason == null ? Reading.of(pair.toPreferencePair()) : Reading.dropped(reason);
  }

  /** The turns of a transcript; none if it does not open with one. */
  static List<Message> turns(String transcript) {
    List<Message> turns = new ArrayList<>();
    int marker = nextMarker(transcript, 0);
    if (marker != 0) {
      return turns;
    }
    while (marker >= 0) {
      boolean human = transcript.startsWith(HUMAN, marker + 2);
      int start = marker + 2 + (human ? HUMAN : ASSISTANT).length();
      marker = nextMarker(transcript, start);
      int end = marker >= 0 ? marker : transcript.length();
      turns.add(
          new Message(
              human ? Role.USER : Role.ASSISTANT, transcript.substring(start, end).strip()));
    }
    return turns;
  }

  /** Where the next turn opens; -1 if none does. */
  private static int nextMarker(String transcript, int from) {
    int at = transcript.indexOf("\n\n", from);
    while (at >= 0
        && !transcript.startsWith(HUMAN, at + 2)
        && !transcript.startsWith(ASSISTANT, at + 2)) {
      at = transcript.indexOf("\n\n", at + 1);
    }
    return at;
  }
}
