package dev.palinode.chat;

import dev.palinode.jinja.JinjaTemplate;
import dev.palinode.jinja.TemplateException;
import java.time.Clock;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A model's chat template in Jinja2, rendered as by transformers' {@code apply_chat_template} (see
 * {@link JinjaTemplate}).
 *
 * <p>Values are data: nothing in a message is read as template syntax. The result is text; {@link
 * TemplateChatFormat} keeps special tokens in messages from being parsed.
 *
 * <p>An unsupported part of Jinja2 is an error that names it, never a different rendering.
 * Unsupported are, among others, inheritance, includes, imports, {@code autoescape}, {@code cycler}
 * and {@code joiner}; filters that escape, format, group or wrap; {@code %} and {@code format} of
 * strings; integers of more than 64 bits. One difference is known: a macro that is called before
 * the template reassigns a variable sees the old value, while in Jinja2 the variable is undefined.
 * Immutable, thread-safe.
 */
public final class ChatTemplate {
  private final JinjaTemplate template;
  private final Map<String, String> specialTokens;

  /**
   * A template.
   *
   * @param specialTokens the values of {@code bos_token}, {@code eos_token} and the like
   * @throws IllegalArgumentException if the text cannot be parsed; the message names the line
   */
  public ChatTemplate(String source, Map<String, String> specialTokens) {
    this.specialTokens = Map.copyOf(specialTokens);
    try {
      template = new JinjaTemplate(source, Clock.system(ZoneId.systemDefault()));
    } catch (TemplateException e) {
      throw new IllegalArgumentException("the chat template cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Renders a conversation.
   *
   * @param addGenerationPrompt whether the header of the assistant's next turn follows
   * @throws IllegalArgumentException if the template refuses the conversation, with the message of
   *     its {@code raise_exception}, or cannot be rendered
   */
  public String render(List<Message> messages, boolean addGenerationPrompt) {
    return render(
        messages.stream().map(ChatTemplate::toMap).toList(), addGenerationPrompt, Map.of());
  }

  /** The same for messages with any fields, and with further variables. */
  String render(
      List<? extends Map<String, ?>> messages,
      boolean addGenerationPrompt,
      Map<String, ?> variables) {
    Map<String, @Nullable Object> all = new HashMap<>(specialTokens);
    all.put("tools", null); // defined and None, as in transformers
    all.put("documents", null);
    all.putAll(variables);
    all.put("messages", messages);
    all.put("add_generation_prompt", addGenerationPrompt);
    try {
      return template.render(all);
    } catch (TemplateException.Raised e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    } catch (TemplateException e) {
      throw new IllegalArgumentException(
          "the chat template cannot be rendered: " + e.getMessage(), e);
    }
  }

  private static Map<String, Object> toMap(Message message) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("role", message.role().templateName());
    map.put("content", message.content());
    return map;
  }
}
