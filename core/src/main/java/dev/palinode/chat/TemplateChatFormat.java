package dev.palinode.chat;

import dev.palinode.token.Tokenizer;
import dev.palinode.token.Tokenizer.Part;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The format of a model that carries a chat template.
 *
 * <p>Where no message spells a special token, the ids are those of Hugging Face: the rendered text
 * encoded as a whole, special tokens parsed. Where one does, its spelling is encoded as the
 * ordinary text it is, and all else stays as it was ({@link ContentShield}). As in Hugging Face, a
 * begin-of-text token is there if the template writes it.
 */
public final class TemplateChatFormat implements ChatFormat {
  /** The conversation before an answer that is laid out by itself; any would do. */
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
   * @param endOfTurnIds the ids at which the model is known to end; the token that the template
   *     writes after an answer is added to them
   * @throws IllegalArgumentException if the template refuses a question with an answer, lays the
   *     answer out elsewhere than after its prompt, or no token ends it
   */
  public TemplateChatFormat(ChatTemplate template, Tokenizer tokenizer, Set<Integer> endOfTurnIds) {
    this.template = template;
    this.tokenizer = tokenizer;
    this.specials = tokenizer.specialTokens();
    Set<Integer> ends = new LinkedHashSet<>(endOfTurnIds);
    tokenBehindAnswer().ifPresent(ends::add);
    if (ends.isEmpty()) {
      throw new IllegalArgumentException(
          "no token ends an answer: expected eos_token_id in generation_config.json or config.json,"
              + " eos_token in tokenizer_config.json, or a special token behind the answer in the"
              + " chat template");
    }
    this.endOfTurnIds = Collections.unmodifiableSet(ends);
  }

  @Override
  public int[] prompt(List<Message> messages) {
    if (messages.isEmpty()) {
      throw new IllegalArgumentException("a conversation needs at least one message");
    }
    ContentShield shield = new ContentShield(specials, messages);
    return tokenizer.encodeParts(shield.uncover(template.render(shield.cover(messages), true)));
  }

  /**
   * {@inheritDoc} It is what the template writes after the prompt, up to its first end-of-turn
   * token, white space trimmed where the template trims. A template that writes none gets the first
   * of {@link #endOfTurnIds}.
   */
  @Override
  public int[] answer(String text) {
    List<Part> parts = new ArrayList<>();
    for (Part part : behindPrompt(text)) {
      parts.add(part);
      if (part.markup() && endOfTurnIds.contains(id(part))) {
        return tokenizer.encodeParts(parts);
      }
    }
    int[] ids = tokenizer.encodeParts(parts);
    int[] ended = Arrays.copyOf(ids, ids.length + 1);
    ended[ids.length] = endOfTurnIds.iterator().next();
    return ended;
  }

  @Override
  public Set<Integer> endOfTurnIds() {
    return endOfTurnIds;
  }

  /** The first special token that the template writes after an answer's text. */
  private OptionalInt tokenBehindAnswer() {
    boolean isBehind = false;
    for (Part part : behindPrompt(PROBE)) {
      if (isBehind && part.markup()) {
        return OptionalInt.of(id(part));
      }
      isBehind |= part.text().contains(PROBE);
    }
    return OptionalInt.empty();
  }

  private List<Part> behindPrompt(String answer) {
    List<Message> conversation = List.of(QUESTION, Message.assistant(answer));
    ContentShield shield = new ContentShield(specials, conversation);
    List<Message> covered = shield.cover(conversation);
    String prompt = template.render(covered.subList(0, 1), true);
    String whole = template.render(covered, false);
    if (!whole.startsWith(prompt)) {
      throw new IllegalArgumentException(
          "the chat template does not lay out an answer behind its prompt: expected \"%s\" to start"
                  .formatted(whole)
              + " with \"%s\"".formatted(prompt));
    }
    return shield.uncover(whole.substring(prompt.length()));
  }

  private int id(Part special) {
    return tokenizer.idOf(special.text()).orElseThrow();
  }
}
