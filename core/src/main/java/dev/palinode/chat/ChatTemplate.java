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
 * A chat template in Jinja2, as Hugging Face models carry one, rendered as transformers' {@code
 * apply_chat_template} does it, which is how {@link JinjaTemplate} renders.
 *
 * <p>Values are data: nothing in a message is read as template syntax. That special tokens in
 * messages stay text is the business of {@link TemplateChatFormat}, not of this class, which yields
 * text.
 *
 * <p>What of Jinja2 is not there is an error that names it, never a rendering that differs. Of
 * tags: {@code block}, {@code extends}, {@code include}, {@code import}, {@code autoescape}, {@code
 * print}, {@code do}. Of filters: {@code attr}, {@code batch}, {@code escape}, {@code
 * filesizeformat}, {@code forceescape}, {@code format}, {@code groupby}, {@code pprint}, {@code
 * random}, {@code slice}, {@code striptags}, {@code truncate}, {@code urlencode}, {@code urlize},
 * {@code wordcount}, {@code wordwrap}, {@code xmlattr}; {@code safe} gives what can be printed, but
 * not added to. Of tests: {@code escaped}, {@code filter}, {@code test}. Of functions: {@code
 * cycler}, {@code joiner}, {@code lipsum}, {@code loop.changed}. Strings have no {@code %} nor
 * {@code format}, whole numbers 64 bits, a sign before {@code **} needs parentheses, and a
 * generator, function or range cannot be printed. One thing is known to differ: a macro called
 * before the template sets a variable anew sees its old value, which Jinja2 then takes for
 * undefined. Immutable, thread-safe.
 */
public final class ChatTemplate {
  private final JinjaTemplate template;
  private final Map<String, String> specialTokens;

  /**
   * A template.
   *
   * @param source the Jinja2 text
   * @param specialTokens what {@code bos_token}, {@code eos_token} and the like stand for; a token
   *     the model does not have is left out
   * @throws IllegalArgumentException if the text is not understood; the message says at which line
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
   * @throws IllegalArgumentException if the template refuses the conversation, with the message it
   *     gives to {@code raise_exception}, or cannot be rendered
   */
  public String render(List<Message> messages, boolean addGenerationPrompt) {
    return render(
        messages.stream().map(ChatTemplate::toMap).toList(), addGenerationPrompt, Map.of());
  }

  /**
   * Renders a conversation whose messages may hold more than role and content.
   *
   * @param messages each with {@code role}, {@code content} and what else the template knows
   * @param addGenerationPrompt whether the header of the assistant's next turn follows
   * @param variables further variables, {@code tools} or {@code date_string} for example
   * @throws IllegalArgumentException as above
   */
  public String render(
      List<? extends Map<String, ?>> messages,
      boolean addGenerationPrompt,
      Map<String, ?> variables) {
    Map<String, @Nullable Object> all = new HashMap<>(specialTokens);
    all.put("tools", null); // as transformers has it, there and none
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
