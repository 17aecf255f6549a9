package dev.palinode.langchain4j;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.Content;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.DefaultChatRequestParameters;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.ToolChoice;
import dev.palinode.chat.Message;
import dev.palinode.decode.GenerationRequest;
import dev.palinode.decode.sampling.SamplingSettings;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;

/** From LangChain4j's requests to those of the decoding loop. Nothing in them is ignored. */
record RequestConversion(PalinodeModel model) {
  /**
   * @throws UnsupportedFeatureException if the request has anything that this model does not
   *     support
   * @throws InvalidRequestException if a parameter is out of its range, or the chat format refuses
   *     the conversation
   */
  GenerationRequest convert(ChatRequest request) {
    ChatRequestParameters parameters = request.parameters();
    refuseUnsupported(parameters, model.name());
    List<Message> conversation =
        request.messages().stream().map(RequestConversion::message).toList();
    try {
      GenerationRequest plain = model.requests().apply(conversation).build();
      GenerationRequest.Builder all =
          plain.toBuilder()
              .sampling(sampling(plain.sampling(), parameters))
              .stopTexts(parameters.stopSequences())
              .seed(model.seeds().getAsLong());
      if (parameters.maxOutputTokens() != null) {
        all.maxNewTokens(parameters.maxOutputTokens());
      }
      return all.build();
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException(e);
    }
  }

  private static SamplingSettings sampling(
      SamplingSettings plain, ChatRequestParameters parameters) {
    SamplingSettings.Builder all = plain.toBuilder();
    if (parameters.temperature() != null) {
      all.temperature(parameters.temperature());
    }
    if (parameters.topP() != null) {
      all.topP(parameters.topP());
    }
    if (parameters.topK() != null) {
      all.topK(parameters.topK());
    }
    if (parameters.frequencyPenalty() != null) {
      all.frequencyPenalty(parameters.frequencyPenalty());
    }
    if (parameters.presencePenalty() != null) {
      all.presencePenalty(parameters.presencePenalty());
    }
    return all.build();
  }

  /** Throws an {@link UnsupportedFeatureException} that names the first unsupported parameter. */
  static void refuseUnsupported(ChatRequestParameters parameters, String name) {
    refuse(
        parameters.getClass() != DefaultChatRequestParameters.class,
        parameters.getClass().getSimpleName() + ", parameters of another provider,");
    refuse(
        parameters.modelName() != null && !parameters.modelName().equals(name),
        "modelName " + parameters.modelName() + " (this model is " + name + ")");
    refuse(parameters.toolChoice() == ToolChoice.REQUIRED, "toolChoice ToolChoice.REQUIRED");
    refuse(!parameters.toolSpecifications().isEmpty(), "toolSpecifications (tools)");
    refuse(
        parameters.responseFormat() != null
            && parameters.responseFormat().type() == ResponseFormatType.JSON,
        "responseFormat (JSON response format)");
  }

  private static void refuse(boolean isPresent, String what) {
    if (isPresent) {
      throw new UnsupportedFeatureException(what + " is not supported by a model in this process");
    }
  }

  /** Throws an {@link UnsupportedFeatureException} if the message has more than text. */
  private static Message message(ChatMessage message) {
    if (message instanceof SystemMessage system) {
      return Message.system(system.text());
    }
    if (message instanceof UserMessage user) {
      refuse(user.name() != null, "the name of a user");
      return Message.user(text(user));
    }
    if (message instanceof AiMessage answer) {
      refuse(answer.hasToolExecutionRequests(), "an answer with tool calls");
      return Message.assistant(Objects.requireNonNullElse(answer.text(), ""));
    }
    throw new UnsupportedFeatureException(
        "a message of type " + message.type() + " is not supported by a model in this process");
  }

  /** Throws an {@link UnsupportedFeatureException} if the message has more than text. */
  static String text(UserMessage message) {
    return message.contents().stream()
        .map(RequestConversion::text)
        .collect(Collectors.joining("\n")); // as vLLM joins text parts
  }

  private static String text(Content content) {
    String type = content.type().name().toLowerCase(Locale.ROOT);
    refuse(!(content instanceof TextContent), "content of type " + type);
    return ((TextContent) content).text();
  }
}
