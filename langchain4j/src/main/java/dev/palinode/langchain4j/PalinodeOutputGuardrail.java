package dev.palinode.langchain4j;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.guardrail.GuardrailRequestParams;
import dev.langchain4j.guardrail.OutputGuardrail;
import dev.langchain4j.guardrail.OutputGuardrailRequest;
import dev.langchain4j.guardrail.OutputGuardrailResult;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.model.input.PromptTemplate;
import dev.palinode.chat.Message;
import dev.palinode.guard.Guard;
import dev.palinode.guard.Judge;
import dev.palinode.guard.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/**
 * A guard as an output guardrail of LangChain4j's AI services, for models of any provider. An
 * answer passes only if the guard calls its whole text safe. A guard that throws or cannot decide
 * ends the call with an error, whatever the response to unsafe text is.
 *
 * <p>For a {@code TokenStream} use {@link Fatal}: after a successful retry or reprompt, LangChain4j
 * 1.19 passes on the partial responses of the first, rejected answer. A {@link PalinodeModel} needs
 * no guardrail there: its requests can have guards, which let no unchecked text out and do not wait
 * for the end of the answer.
 *
 * <p>Thread-safe if the guard is.
 */
public final class PalinodeOutputGuardrail implements OutputGuardrail {
  /** The response to unsafe text. */
  public sealed interface Response {}

  /** The call fails, and the answer is removed from the chat memory. */
  public record Fatal() implements Response {}

  /**
   * The model is asked again, as often as the AI service's configuration allows. Needs a chat
   * memory. LangChain4j keeps the rejected answer there, and the model sees it.
   */
  public record Retry() implements Response {}

  /**
   * The model is asked again with this message, as often as the AI service's configuration allows.
   * LangChain4j keeps the rejected answer in the chat memory, and the model sees it; without a
   * memory the model sees this message alone.
   *
   * @param message to the model, such as how to answer instead
   */
  public record Reprompt(String message) implements Response {}

  private final Function<GuardrailRequestParams, Guard> guards;
  private final Response response;

  private PalinodeOutputGuardrail(
      Function<GuardrailRequestParams, Guard> guards, Response response) {
    this.guards = guards;
    this.response = response;
  }

  /** A guardrail with a guard, which sees the answer alone. */
  public static PalinodeOutputGuardrail of(Guard guard, Response response) {
    return new PalinodeOutputGuardrail(params -> guard, response);
  }

  /**
   * A guardrail with a judge, which also sees what was said before in the chat memory, without
   * calls of tools and their results. Without a memory it sees the user's message as the AI
   * service's method has made it.
   */
  public static PalinodeOutputGuardrail judging(Judge judge, Response response) {
    return new PalinodeOutputGuardrail(
        params -> Guard.judging(judge, conversation(params)), response);
  }

  @Override
  public OutputGuardrailResult validate(OutputGuardrailRequest request) {
    String text = request.responseFromLLM().aiMessage().text();
    try {
      Guard guard = guards.apply(request.requestParams());
      return result(guard.check(Objects.requireNonNullElse(text, ""), true));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return fatalWithMessageRemoval("the guard was interrupted", e);
    } catch (Exception e) {
      return fatalWithMessageRemoval("the guard failed: " + e, e);
    }
  }

  private OutputGuardrailResult result(Verdict verdict) {
    return switch (verdict.label()) {
      case SAFE -> success();
      case UNDECIDED -> fatalWithMessageRemoval("the guard cannot decide: " + verdict.reason());
      case UNSAFE -> unsafe("the answer is unsafe: " + verdict.reason());
    };
  }

  private OutputGuardrailResult unsafe(String message) {
    if (response instanceof Reprompt reprompt) {
      return reprompt(message, reprompt.message());
    }
    return response instanceof Retry ? retry(message) : fatalWithMessageRemoval(message);
  }

  private static List<Message> conversation(GuardrailRequestParams params) {
    ChatMemory memory = params.chatMemory();
    if (memory == null) {
      PromptTemplate template = PromptTemplate.from(params.userMessageTemplate());
      return List.of(Message.user(template.apply(params.variables()).text()));
    }
    List<Message> said = new ArrayList<>();
    List<Message> upToRequest = List.of();
    for (ChatMessage message : memory.messages()) {
      if (message instanceof SystemMessage system) {
        said.add(Message.system(system.text()));
      } else if (message instanceof UserMessage user) {
        said.add(Message.user(RequestConversion.text(user)));
        upToRequest = List.copyOf(said);
      } else if (message instanceof AiMessage answer && answer.text() != null) {
        said.add(Message.assistant(answer.text()));
      }
    }
    return upToRequest;
  }
}
