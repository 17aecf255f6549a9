package dev.palinode.data.format;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.data.BrokenRowException;
import dev.palinode.data.DropReason;
import dev.palinode.data.file.Row;

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
    return row.path("chosen").asText().startsWith("\n\n" + Transcript.HUMAN)
        && row.path("rejected").isTextual();
  }

  @Override
  public Reading read(Row row) throws BrokenRowException {
    Fields fields = Fields.of(row);
    Transcript chosen = Transcript.of(fields.text("chosen"));
    Transcript rejected = chosen.another(fields.text("rejected"));
    ConversationPair pair = new ConversationPair(chosen.turns(), rejected.turns());
    DropReason reason = pair.dropReason();
    return reason == null ? Reading.of(pair.toPreferencePair()) : Reading.dropped(reason);
  }
}
