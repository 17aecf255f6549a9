package dev.palinode.server.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The server software of an upstream, as far as servers with OpenAI's API differ. */
public enum UpstreamKind {
  /** vLLM. */
  VLLM,
  /** SGLang. */
  SGLANG,
  /** llama.cpp's {@code llama-server}, started with {@code --special}. */
  LLAMA_CPP,
  /** Hugging Face's text-generation-inference. */
  TGI,
  /** {@code palinode serve}, which applies resets itself. */
  PALINODE,
  /** Any other: it gets OpenAI's fields only. */
  OPENAI;

  /** Its name in options: {@code llama.cpp}, {@code vllm}. */
  public String optionName() {
    return this == LLAMA_CPP ? "llama.cpp" : name().toLowerCase(Locale.ROOT);
  }

  /**
   * The kind with that name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static UpstreamKind of(String optionName) {
    return Arrays.stream(values())
        .filter(kind -> kind.optionName().equals(optionName))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "kind of upstream \"%s\": expected %s"
                        .formatted(
                            optionName,
                            Arrays.stream(values())
                                .map(UpstreamKind::optionName)
                                .collect(Collectors.joining(", ")))));
  }

  /** The kind of server that lists this model at {@code /v1/models}. */
  static UpstreamKind listing(JsonNode model) {
    if (model.has("palinode")) {
      return PALINODE;
    }
    return switch (model.path("owned_by").asText()) {
      case "vllm" -> VLLM;
      case "sglang" -> SGLANG;
      case "llamacpp" -> LLAMA_CPP;
      default -> OPENAI;
    };
  }

  /** Whether it can go on with an answer whose beginning is given. */
  boolean continuesMessages() {
    return this != TGI && this != OPENAI;
  }

  /** Whether it takes {@code top_k}, {@code min_p} and {@code repetition_penalty}. */
  boolean takesMoreSampling() {
    return this != TGI && this != OPENAI;
  }

  /** Whether it honours {@code logit_bias}; TGI accepts and ignores it. */
  boolean biasesTokens() {
    return this != TGI;
  }

  /** Whether text that spells a special token in a message becomes that token. */
  boolean readsTokensInMessages() {
    return this != PALINODE;
  }
}
