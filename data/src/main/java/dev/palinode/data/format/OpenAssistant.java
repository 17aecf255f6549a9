package dev.palinode.data.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import dev.palinode.chat.Message;
import dev.palinode.chat.Role;
import dev.palinode.data.BrokenRowException;
import dev.palinode.data.Conversation;
import dev.palinode.data.DropReason;
import dev.palinode.data.file.Row;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Message trees of OpenAssistant (Koepf et al. 2023, arXiv 2304.07327): a {@code prompt} with
 * nested {@code replies}. Of each tree one conversation is taken: from the prompt on always the
 * reply that people ranked best.
 *
 * <ul>
 *   <li>Rank 0 is the best. A reply without a rank comes after those with one; of replies that are
 *       ranked alike, or not at all, the one that stands first in the file is taken.
 *   <li>Replies that are deleted, failed review ({@code review_result} false), have no text, or are
 *       of the same speaker as what they reply to, are passed over with all below them. A tree
 *       whose prompt is such is dropped.
 *   <li>Messages marked {@code synthetic} (written by a model) are taken like others: people ranked
 *       them, too.
 *   <li>The conversation ends with the assistant: a last question without a reply is left out. A
 *       tree without any answer is dropped.
 * </ul>
 */
final class OpenAssistant implements RowFormat {
  @Override
  public String name() {
    return "openassistant";
  }

  @Override
  public String description() {
    return "trees of prompt and replies with ranks (OpenAssistant); the best-ranked path is taken";
  }

  @Override
  public boolean fits(JsonNode row) {
    return row.path("prompt").path("replies").isArray() && row.path("prompt").has("text");
  }

  @Override
  public Reading read(Row row) throws BrokenRowException {
    Fields fields = Fields.of(row);
    JsonNode prompt = fields.value("prompt");
    if (!prompt.isObject()) {
      throw fields.problem("field \"prompt\" is " + Fields.kind(prompt) + "; expected a message");
    }
    List<Message> path = new ArrayList<>();
    Role speaker = Role.USER;
    for (JsonNode each = usable(prompt, speaker) ? prompt : null;
        each != null;
        each = best(each.path("replies"), speaker)) {
      path.add(new Message(speaker, fields.text("text", each.path("text"))));
      speaker = speaker == Role.USER ? Role.ASSISTANT : Role.USER;
    }
    if (path.size() % 2 == 1) {
      path.remove(path.size() - 1);
    }
    return path.isEmpty()
        ? Reading.dropped(DropReason.ENDS_WITHOUT_ANSWER)
        : Reading.of(fields.make(() -> new Conversation(path)));
  }

  private static @Nullable JsonNode best(JsonNode replies, Role speaker) {
    JsonNode best = null;
    for (JsonNode each : replies) {
      if (usable(each, speaker) && (best == null || rank(each) < rank(best))) {
        best = each;
      }
    }
    return best;
  }

  private static long rank(JsonNode reply) {
    return reply.path("rank").isNumber() ? reply.path("rank").longValue() : Long.MAX_VALUE;
  }

  private static boolean usable(JsonNode message, Role speaker) {
    String role = message.path("role").asText();
    return role.equals(speaker == Role.USER ? "prompter" : "assistant")
        && !message.path("deleted").booleanValue()
        && !message.path("review_result").equals(BooleanNode.FALSE)
        && !message.path("text").asText().isBlank();
  }
}
