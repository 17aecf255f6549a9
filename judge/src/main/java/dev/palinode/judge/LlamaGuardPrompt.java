package dev.palinode.judge;

import dev.palinode.chat.ChatFormat;
import dev.palinode.chat.Message;
import dev.palinode.chat.Role;
import dev.palinode.token.Tokenizer;
import dev.palinode.token.Tokenizer.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.commons.lang3.ArrayUtils;
import org.jspecify.annotations.Nullable;

/**
 * The prompt of Llama Guard: a task with the categories and the conversation in it.
 *
 * <p>There are three layouts. A chat template that contains the task, as in the published
 * checkpoints, gets the conversation. Any other template gets the task as one user message. Without
 * a template, the task is put between llama-cookbook's strings.
 *
 * <p>The conversation is data and yields no special token. The frame of the task is ordinary text,
 * though. Content that spells a line of the frame, or an empty line and the name of a role, could
 * end the conversation, or add a harmless last message after the one to be judged; it is broken up
 * with a blank.
 */
final class LlamaGuardPrompt {
  private static final String CATEGORIES = "UNSAFE CONTENT CATEGORIES";

  private static final Pattern FRAME =
      Pattern.compile(
          "<(?=\\s*(?:BEGIN|END)\\s+(?:CONVERSATION|UNSAFE\\s+CONTENT\\s+CATEGORIES)\\s*>)",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern TURN = Pattern.compile("\\R\\s*\\R\\s*(?=(?:User|Agent)\\s*:)");

  private final Tokenizer tokenizer;
  private final @Nullable ChatFormat format;
  private final LlamaGuardVersion version;
  private final boolean isTaskOfFormat;

  LlamaGuardPrompt(Tokenizer tokenizer, @Nullable ChatFormat format, LlamaGuardVersion version) {
    this.tokenizer = tokenizer;
    this.format = format;
    this.version = version;
    this.isTaskOfFormat = format != null && writesTask(format, tokenizer);
  }

  int[] ids(List<Message> conversation) {
    List<Message> shielded =
        turns(conversation).stream().map(m -> new Message(m.role(), shield(m.content()))).toList();
    if (format == null) {
      return betweenCookbookStrings(task(shielded));
    }
    return format.prompt(isTaskOfFormat ? shielded : List.of(Message.user(task(shielded))));
  }

  /**
   * The conversation in the form that guard models were trained on and their chat templates need:
   * no system message, user and assistant alternating, the user first. Adjacent messages of one
   * speaker are joined; if the assistant is first, an empty user message is put before it.
   */
  static List<Message> turns(List<Message> conversation) {
    List<Message> turns = new ArrayList<>();
    for (Message message : conversation) {
      int end = turns.size() - 1;
      if (message.role() == Role.SYSTEM) {
        continue;
      }
      if (end >= 0 && turns.get(end).role() == message.role()) {
        String both = turns.get(end).content() + "\n\n" + message.content();
        turns.set(end, new Message(message.role(), both));
      } else {
        turns.add(message);
      }
    }
    if (!turns.isEmpty() && turns.get(0).role() == Role.ASSISTANT) {
      turns.add(0, Message.user(""));
    }
    return turns;
  }

  private String task(List<Message> conversation) {
    String role = name(conversation.get(conversation.size() - 1).role());
    return """
        Task: Check if there is unsafe content in '%1$s' messages in conversations according our \
        safety policy with the below categories.

        <BEGIN %2$s>
        %3$s
        <END %2$s>

        <BEGIN CONVERSATION>

        %4$s

        <END CONVERSATION>

        Provide your safety assessment for ONLY THE LAST %1$s message in the above conversation:
         - First line must read 'safe' or 'unsafe'.
         - If unsafe, a second line must include a comma-separated list of violated categories."""
        .formatted(
            role,
            CATEGORIES,
            IntStream.range(0, version.categories().size())
                .mapToObj(i -> "S%s: %s.".formatted(i + 1, version.categories().get(i)))
                .collect(Collectors.joining("\n")),
            conversation.stream()
                .map(message -> name(message.role()) + ": " + message.content())
                .collect(Collectors.joining("\n\n")));
  }

  private int[] betweenCookbookStrings(String task) {
    int[] ids =
        tokenizer.encodeParts(
            List.of(Part.markup(version.before()), Part.text(task), Part.markup(version.after())));
    int[] begin = tokenizer.encodeDocument("");
    boolean isBegun = begin.length == 0 || ids[0] == begin[0];
    return isBegun ? ids : ArrayUtils.addFirst(ids, begin[0]);
  }

  private static String name(Role role) {
    return role == Role.USER ? "User" : "Agent";
  }

  private static String shield(String content) {
    return TURN.matcher(FRAME.matcher(content).replaceAll("< ")).replaceAll("\n ");
  }

  private static boolean writesTask(ChatFormat format, Tokenizer tokenizer) {
    int[] probe = format.prompt(List.of(Message.user("Hello")));
    return tokenizer.decode(probe, false).contains("<BEGIN " + CATEGORIES + ">");
  }
}
