package dev.palinode.chat;

import dev.palinode.token.Tokenizer;
import dev.palinode.token.Tokenizer.Part;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.apache.commons.lang3.ArrayUtils;
import org.apache.commons.lang3.Validate;

/**
 * The chat format of a model that has a chat template.
 *
 * <p>The ids are those of Hugging Face: the rendered text encoded as a whole, special tokens
 * parsed, and a begin-of-text token only if the template writes it. A special token that a message
 * spells is encoded as ordinary text ({@link ContentShield}).
 */
public final class TemplateChatFormat implements ChatFormat {
  /** The conversation used to render an answer alone; any would do. */
  private static final Message QUESTION = Message.user("Question");

  private static final String PROBE = "Answer";

  private final ChatTemplate template;
  private final Tokenizer tokenizer;
  private final Set<String> specials;
  private final Set<Integer> endOfTurnIds;

  /**
   * A format.
   *
   * @param tokenizer not closed by this class
   * @param endOfTurnIds the model's known end-of-turn ids; the token that the template writes after
   *     an answer is added
   * @throws IllegalArgumentException if the template refuses a question with an answer, does not
   *     write the answer after the prompt, or writes no token that ends it
   */
  public TemplateChatFormat(ChatTemplate template, Tokenizer tokenizer, Set<Integer> endOfTurnIds) {
    this.template = template;
    this.tokenizer = tokenizer;
    this.specials = tokenizer.specialTokens();
    Set<Integer> ends = new LinkedHashSet<>(endOfTurnIds);
    tokenAfterAnswer().ifPresent(ends::add);
    Validate.isTrue(
        !ends.isEmpty(),
        "no token ends an answer: expected eos_token_id in generation_config.json or"
            + " config.json, eos_token in tokenizer_config.json, or a special token after the"
            + " answer in the chat template");
    this.endOfTurnIds = Collections.unmodifiableSet(ends);
  }

  @Override
  public int[] prompt(List<Message> messages) {
    Validate.isTrue(!messages.isEmpty(), "a conversation needs at least one message");
    ContentShield shield = new ContentShield(specials, messages);
    return tokenizer.encodeParts(shield.uncover(template.render(shield.cover(messages), true)));
  }

  /**
   * {@inheritDoc} The answer is the template's output after the prompt, up to the first end-of-turn
   * token, with white space trimmed where the template trims. If the template writes no such token,
   * the first of {@link #endOfTurnIds} is appended.
   */
  @Override
  public int[] answer(String text) {
    List<Part> parts = new ArrayList<>();
    for (Part part : afterPrompt(text)) {
      parts.add(part);
      if (part.markup() && endOfTurnIds.contains(id(part))) {
        return tokenizer.encodeParts(parts);
      }
    }
    return ArrayUtils.add(tokenizer.encodeParts(parts), endOfTurnIds.iterator().next());
  }

  @Override
  public Set<Integer> endOfTurnIds() {
    return endOfTurnIds;
  }

  /** The first special token that the template writes after an answer's text. */
  private OptionalInt tokenAfterAnswer() {
    boolean isAfter = false;
    for (Part part : afterPrompt(PROBE)) {
      if (isAfter && part.markup()) {
        return OptionalInt.of(id(part));
      }
      isAfter |= part.text().contains(PROBE);
    }
    return OptionalInt.empty();
  }

  private List<Part> afterPrompt(String answer) {
    List<Message> conversation = List.of(QUESTION, Message.assistant(answer));
    ContentShield shield = new ContentShield(specials, conversation);
    List<Message> covered = shield.cover(conversation);
    String prompt = template.render(covered.subList(0, 1), true);
    String whole = template.render(covered, false);
    Validate.isTrue(
        whole.startsWith(prompt),
        "the chat template does not lay out an answer after its prompt: expected \"%s\" to start"
            + " with \"%s\"",
        whole,
        prompt);
    return shield.uncover(whole.substring(prompt.length()));
  }

  private int id(Part special) {
    return tokenizer.idOf(special.text()).orElseThrow();
  }
}
