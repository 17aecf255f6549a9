package dev.palinode.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.decode.Guidance;
import dev.palinode.decode.sampling.SamplingSettings;
import dev.palinode.server.engine.EngineRequest;
import dev.palinode.server.engine.EngineRequest.Negative;
import dev.palinode.server.engine.EngineRequest.Prompt;
import dev.palinode.server.engine.EngineRequest.Undo;
import dev.palinode.text.Printable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Reads requests: every field is used, or refused by name.
 *
 * @param limits of a request
 */
public record RequestReader(ServerLimits limits) {
  private static final int MAX_STOPS = 16;
  private static final int MAX_ALTERNATIVES = 20;
  private static final int MAX_BIASES = 1024;
  private static final int COMPLETION_TOKENS = 16; // OpenAI's default
  private static final double MAX_TEMPERATURE = 2;
  private static final double MAX_BIAS = 100;

  /** The fields of {@code palinode} that concern the stream. */
  private record Delivery(StreamMode mode, OptionalInt holdBack) {}

  /**
   * A request to {@code /v1/chat/completions}.
   *
   * @throws ApiException if it is malformed, or asks for something that is not supported
   */
  public CompletionCall chat(byte[] body) {
    Fields fields = Fields.of(body);
    Prompt prompt = new ConversationReader(limits.messages()).read(fields);
    boolean scored = fields.flag("logprobs");
    OptionalInt top = fields.integer("top_logprobs", 0, MAX_ALTERNATIVES);
    if (top.isPresent() && !scored) {
      throw fields.invalid("top_logprobs", "\"logprobs\": true with it");
    }
    fields.refuse("tools", "[]");
    fields.refuse("tool_choice", "\"none\"", "\"auto\"");
    fields.refuse("parallel_tool_calls", "true", "false");
    fields.refuse("response_format", "{\"type\":\"text\"}");
    fields.refuse("modalities", "[\"text\"]");
    fields.refuse("store", "false");
    fields.refuse("service_tier", "\"auto\"", "\"default\"");
    OptionalInt logprobs = scored ? OptionalInt.of(top.orElse(0)) : OptionalInt.empty();
    return call(fields, true, List.of(prompt), maxTokens(fields), logprobs, false);
  }

  private int maxTokens(Fields fields) {
    OptionalInt old = fields.integer("max_tokens", 1, limits.maxTokens());
    OptionalInt present = fields.integer("max_completion_tokens", 1, limits.maxTokens());
    if (old.isPresent() && present.isPresent() && !old.equals(present)) {
      throw fields.invalid("max_tokens", "the same value as max_completion_tokens, or one of them");
    }
    return present.orElse(old.orElse(limits.maxTokens()));
  }

  /**
   * A request to {@code /v1/completions}.
   *
   * @throws ApiException if it is malformed, or asks for something that is not supported
   */
  public CompletionCall completion(byte[] body) {
    Fields fields = Fields.of(body);
    List<Prompt> prompts = new PromptReader(limits.choices()).read(fields);
    boolean echo = fields.flag("echo");
    int most = limits.maxTokens();
    OptionalInt tokens = fields.integer("max_tokens", echo ? 0 : 1, most);
    OptionalInt logprobs = fields.integer("logprobs", 0, MAX_ALTERNATIVES);
    fields.refuse("suffix", "\"\"");
    fields.refuse("best_of", "1");
    return call(
        fields, false, prompts, tokens.orElse(Math.min(COMPLETION_TOKENS, most)), logprobs, echo);
  }

  private CompletionCall call(
      Fields fields,
      boolean chat,
      List<Prompt> prompts,
      int maxTokens,
      OptionalInt logprobs,
      boolean echo) {
    String model = fields.text("model").orElseThrow(() -> fields.invalid("model", "a name"));
    int choices = fields.integer("n", 1, limits.choices()).orElse(1);
    if ((long) choices * prompts.size() > limits.choices()) {
      throw fields.invalid("n", limits.choices() + " answers at most, over all prompts");
    }
    if (echo && logprobs.isPresent() && choices > 1) {
      throw fields.invalid("n", "1 with echo and logprobs: each answer would repeat them");
    }
    SamplingSettings sampling = sampling(fields);
    List<String> stop = stop(fields);
    long seed = fields.integer("seed").orElseGet(() -> ThreadLocalRandom.current().nextLong());
    boolean stream = fields.flag("stream");
    boolean includeUsage = includeUsage(fields, stream);
    Optional<Fields> own = fields.object("palinode");
    Delivery delivery = delivery(own, stream);
    Undo undo = own.map(it -> undo(it, stream)).orElse(Undo.DEFAULT);
    Optional<Negative> guidance = own.flatMap(it -> it.object("guidance")).map(this::guidance);
    Optional<List<String>> guards = own.flatMap(RequestReader::guards);
    own.ifPresent(Fields::end);
    fields.end();
    List<EngineRequest> requests = new ArrayList<>();
    for (Prompt prompt : prompts) {
      for (int i = 0; i < choices; i++) {
        requests.add(
            new EngineRequest(
                model, prompt, sampling, maxTokens, stop, seed + i, logprobs, echo, undo, guidance,
                guards));
      }
    }
    return new CompletionCall(
        chat, model, requests, stream, includeUsage, delivery.mode(), delivery.holdBack());
  }

  private static boolean includeUsage(Fields fields, boolean stream) {
    Optional<Fields> options = fields.object("stream_options");
    if (options.isPresent() && !stream) {
      throw fields.invalid("stream_options", "\"stream\": true with it");
    }
    boolean usage = options.map(it -> it.flag("include_usage")).orElse(false);
    options.ifPresent(
        it -> {
          it.refuse("include_obfuscation", "false");
          it.end();
        });
    return usage;
  }

  private static List<String> stop(Fields fields) {
    List<String> stop = fields.texts("stop", MAX_STOPS);
    if (stop.contains("")) {
      throw fields.invalid("stop", "texts of at least one character");
    }
    return stop;
  }

  // Sampling

  private static SamplingSettings sampling(Fields fields) {
    int topK = fields.integer("top_k", -1, Integer.MAX_VALUE).orElse(0);
    double topP = fields.number("top_p", 0, 1).orElse(1);
    double penalty = fields.number("repetition_penalty", 0, MAX_BIAS).orElse(1);
    if (topP == 0) {
      throw fields.invalid("top_p", "a number above 0, up to 1");
    } else if (penalty == 0) {
      throw fields.invalid("repetition_penalty", "a number above 0");
    }
    return SamplingSettings.builder()
        .temperature(fields.number("temperature", 0, MAX_TEMPERATURE).orElse(1))
        .topK(Math.max(0, topK)) // -1 also means all, as in vLLM
        .topP(topP)
        .minP(fields.number("min_p", 0, 1).orElse(0))
        .repetitionPenalty(penalty)
        .presencePenalty(fields.number("presence_penalty", -2, 2).orElse(0))
        .frequencyPenalty(fields.number("frequency_penalty", -2, 2).orElse(0))
        .logitBias(biases(fields))
        .build();
  }

  private static Map<Integer, Double> biases(Fields fields) {
    @Nullable JsonNode object = fields.any("logit_bias");
    Map<Integer, Double> biases = new HashMap<>();
    if (object == null) {
      return biases;
    } else if (!object.isObject() || object.size() > MAX_BIASES) {
      throw fields.invalid("logit_bias", "an object of at most " + MAX_BIASES + " token ids");
    }
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      String id = entry.getKey();
      double bias = entry.getValue().isNumber() ? entry.getValue().doubleValue() : Double.NaN;
      if (!id.matches("[0-9]{1,9}") || !(Math.abs(bias) <= MAX_BIAS)) {
        throw fields.invalid(
            "logit_bias", "token ids with numbers from -100 to 100, not " + Printable.quote(id));
      }
      biases.put(Integer.parseInt(id), bias);
    }
    return biases;
  }

  // Our own fields

  private static Delivery delivery(Optional<Fields> own, boolean stream) {
    if (own.isEmpty()) {
      return new Delivery(StreamMode.HELD_BACK, OptionalInt.empty());
    }
    Fields fields = own.get();
    StreamMode mode = named(fields, "stream_mode", StreamMode.values(), StreamMode.HELD_BACK);
    OptionalInt window = fields.integer("hold_back", 0, Integer.MAX_VALUE);
    if (window.isPresent() && (!stream || mode == StreamMode.BUFFERED)) {
      throw fields.invalid("hold_back", "a stream that is not buffered with it");
    }
    return new Delivery(mode, window);
  }

  private static Undo undo(Fields own, boolean stream) {
    boolean probability = own.flag("reset_probability");
    if (probability && !stream) {
      throw own.invalid("reset_probability", "\"stream\": true with it");
    }
    return new Undo(
        own.number("reset_bias", -MAX_BIAS, MAX_BIAS).orElse(0),
        own.integer("max_resets", 0, Integer.MAX_VALUE),
        probability);
  }

  private Negative guidance(Fields guidance) {
    Negative negative =
        new Negative(
            guidance.text("negative").orElseThrow(() -> guidance.invalid("negative", "a string")),
            guidance
                .number("scale", 0, MAX_BIAS)
                .orElseThrow(() -> guidance.invalid("scale", "a number, such as 1.5")),
            named(guidance, "form", Guidance.Form.values(), Guidance.Form.LOG));
    guidance.end();
    return negative;
  }

  private static Optional<List<String>> guards(Fields own) {
    @Nullable JsonNode names = own.any("guards");
    if (names != null && !names.isArray()) {
      throw own.invalid("guards", "an array of names");
    }
    return names == null ? Optional.empty() : Optional.of(own.texts("guards", MAX_STOPS));
  }

  /** A value of an enum by its name in small letters. */
  private static <E extends Enum<E>> E named(Fields fields, String field, E[] values, E absent) {
    Optional<String> name = fields.text(field);
    if (name.isEmpty()) {
      return absent;
    }
    List<String> names = new ArrayList<>();
    for (E value : values) {
      String wire = value.name().toLowerCase(Locale.ROOT);
      if (wire.equals(name.get())) {
        return value;
      }
      names.add(wire);
    }
    throw fields.invalid(field, String.join(", ", names));
  }
}
