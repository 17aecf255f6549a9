package dev.palinode.chat;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.interpret.Context;
import com.hubspot.jinjava.interpret.RenderResult;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A chat template in Jinja2, as Hugging Face models carry one, rendered as transformers' {@code
 * apply_chat_template} does: {@code trim_blocks} and {@code lstrip_blocks} on, one line end at the
 * template's end dropped, the functions {@code raise_exception} and {@code strftime_now}, the
 * filter {@code tojson} of Python, methods of Python strings and dicts.
 *
 * <p>Values are data: nothing in a message is read as template syntax (Jinjava's nested
 * interpretation is off). That special tokens in messages stay text is the business of {@link
 * TemplateChatFormat}, not of this class, which yields text.
 *
 * <p>Not all of Jinja2 is there: a slice with a step ({@code messages[::-1]}, as Qwen3's template
 * has it) is an error. Immutable, thread-safe.
 */
public final class ChatTemplate {
  private static final Jinjava ENGINE = engine();

  private final String source;
  private final Map<String, String> specialTokens;

  /**
   * A template.
   *
   * @param source the Jinja2 text
   * @param specialTokens what {@code bos_token}, {@code eos_token} and the like stand for; a token
   *     the model does not have is left out
   */
  public ChatTemplate(String source, Map<String, String> specialTokens) {
    this.source = source.endsWith("\n") ? source.substring(0, source.length() - 1) : source;
    this.specialTokens = Map.copyOf(specialTokens);
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
    Map<String, Object> bindings = new HashMap<>(specialTokens);
    bindings.putAll(variables);
    bindings.put("messages", messages);
    bindings.put("add_generation_prompt", addGenerationPrompt);
    RenderResult result = ENGINE.renderForResult(source, bindings);
    // Jinjava goes on after an error; what follows the first is its consequence.
    if (result.hasErrors()) {
      throw failure(result.getErrors().get(0));
    }
    return result.getOutput();
  }

  private static Map<String, Object> toMap(Message message) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("role", message.role().templateName());
    map.put("content", message.content());
    return map;
  }

  private static IllegalArgumentException failure(TemplateError error) {
    for (Throwable cause = error.getException(); cause != null; cause = cause.getCause()) {
      if (cause instanceof TemplateFunctions.Raised raised) {
        return new IllegalArgumentException(raised.getMessage(), raised);
      }
    }
    return new IllegalArgumentException(
        "the chat template cannot be rendered: line %d: %s"
            .formatted(error.getLineno(), error.getMessage()),
        error.getException());
  }

  private static Jinjava engine() {
    LegacyOverrides asJinja2 =
        LegacyOverrides.newBuilder()
            .withEvaluateMapKeys(true)
            .withIterateOverMapKeys(true)
            .withUseNaturalOperatorPrecedence(true)
            .withParseWhitespaceControlStrictly(true)
            .withUseTrimmingForNotesAndExpressions(true)
            .withAllowAdjacentTextNodes(true)
            .withKeepNullableLoopValues(true)
            .build();
    Jinjava engine =
        new Jinja2Engine(
            JinjavaConfig.newBuilder()
                .withNestedInterpretationEnabled(false)
                .withTrimBlocks(true)
                .withLstripBlocks(true)
                .withElResolver(new PythonMethods())
                .withLegacyOverrides(asJinja2)
                .build());
    Context context = engine.getGlobalContext();
    context.registerFunction(function("raise_exception", "raiseException"));
    context.registerFunction(function("strftime_now", "strftimeNow"));
    context.registerFunction(
        new ELFunctionDefinition(
            "", "namespace", TemplateFunctions.class, "namespace", Object[].class));
    context.registerFilter(new ToJsonFilter());
    context.registerFilter(new TrimFilter());
    context.registerExpTest(new IsIterable());
    return engine;
  }

  private static ELFunctionDefinition function(String name, String method) {
    return new ELFunctionDefinition("", name, TemplateFunctions.class, method, String.class);
  }
}
