package dev.palinode.langchain4j;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;
import dev.palinode.chat.Message;
import dev.palinode.decode.DecodingService;
import dev.palinode.decode.GenerationEvent.Failed;
import dev.palinode.decode.GenerationEvent.Finished;
import dev.palinode.decode.GenerationRequest;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * A model in this process: what {@link PalinodeChatModel} and {@link PalinodeStreamingChatModel}
 * have in common. Thread-safe if its functions and listeners are.
 *
 * @param name of the model; a request for a model of another name is refused
 * @param service answers the requests of all models that are made from it; closed by its owner
 * @param requests from a conversation to a request with everything that LangChain4j has no
 *     parameters for, such as undo, guidance and guards; usually {@code LoadedModel::chat}
 * @param defaults parameters of requests that do not set them
 * @param seeds gives each request its seed, in place of the one that {@code requests} sets
 * @param listeners told of each request and response
 */
public record PalinodeModel(
    String name,
    DecodingService service,
    Function<List<Message>, GenerationRequest.Builder> requests,
    ChatRequestParameters defaults,
    LongSupplier seeds,
    List<ChatModelListener> listeners) {
  /**
   * @throws dev.langchain4j.exception.UnsupportedFeatureException if a default is a parameter that
   *     this model does not have
   */
  public PalinodeModel {
    RequestConversion.refuseUnsupported(defaults, name);
    defaults = ChatRequestParameters.builder().modelName(name).overrideWith(defaults).build();
    listeners = List.copyOf(listeners);
  }

  /** A model with random seeds, without defaults and listeners. */
  public static PalinodeModel of(
      String name,
      DecodingService service,
      Function<List<Message>, GenerationRequest.Builder> requests) {
    return new PalinodeModel(
        name,
        service,
        requests,
        ChatRequestParameters.builder().build(),
        () -> ThreadLocalRandom.current().nextLong(),
        List.of());
  }

  /** The same with these parameters for requests that do not set them; see {@link #defaults}. */
  public PalinodeModel withDefaults(ChatRequestParameters parameters) {
    return new PalinodeModel(name, service, requests, parameters, seeds, listeners);
  }

  /** The same with these seeds: {@code () -> 7} answers equal requests equally. */
  public PalinodeModel withSeeds(LongSupplier source) {
    return new PalinodeModel(name, service, requests, defaults, source, listeners);
  }

  /** The same with these listeners. */
  public PalinodeModel withListeners(List<ChatModelListener> all) {
    return new PalinodeModel(name, service, requests, defaults, seeds, all);
  }

  /** Throws as {@link RequestConversion#convert}. */
  GenerationRequest request(ChatRequest request) {
    return new RequestConversion(this).convert(request);
  }

  ChatResponse response(Finished end) {
    return ChatResponse.builder()
        .aiMessage(AiMessage.from(end.text()))
        .id(name + "-" + end.request())
        .modelName(name)
        .tokenUsage(new TokenUsage(end.usage().promptTokens(), end.usage().sampledTokens()))
        .finishReason(
            switch (end.reason()) {
              case STOP -> FinishReason.STOP;
              case LENGTH -> FinishReason.LENGTH;
              case REFUSED -> FinishReason.CONTENT_FILTER;
              case DEADLINE, CANCELLED -> FinishReason.OTHER;
            })
        .build();
  }

  /** As LangChain4j reports it: a request that can never be answered is not worth a retry. */
  RuntimeException failure(Failed failed) {
    return failed.cause() instanceof IllegalArgumentException invalid
        ? new InvalidRequestException(invalid)
        : failed.cause();
  }
}
