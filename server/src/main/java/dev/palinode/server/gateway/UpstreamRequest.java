package dev.palinode.server.gateway;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.chat.Message;
import dev.palinode.chat.Role;
import dev.palinode.decode.sampling.SamplingSettings;
import dev.palinode.endpoint.SamplingJson;
import dev.palinode.server.engine.EngineException;
import dev.palinode.server.engine.EngineException.Kind;
import dev.palinode.server.engine.EngineRequest;
import dev.palinode.server.engine.EngineRequest.Chat;
import dev.palinode.server.engine.EngineRequest.Text;
import dev.palinode.server.engine.EngineRequest.Tokens;
import dev.palinode.server.engine.EngineRequest.Undo;
import dev.palinode.server.gateway.Upstream.Model;
import dev.palinode.server.gateway.Upstream.ResetToken;
import dev.palinode.server.gateway.Upstream.Traits;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How a request is put to one upstream. What the upstream cannot do is refused by its field. */
final class UpstreamRequest {
  /** OpenAI's limit of a logit bias; its negative forbids a token. */
  private static final double MOST_BIAS = 100;

  private final EngineRequest request;
  private final Traits traits;

  private final GatewaySettings settings;

  UpstreamRequest(EngineRequest request, Traits traits, GatewaySettings settings) {
    this.request = request;
    this.traits = traits;
    this.settings = settings;
  }

  /** The reset token to be found in the text. */
  Optional<ResetToken> resets() {
    return traits.resets();
  }

  String path() {
    return request.prompt() instanceof Chat ? "/v1/chat/completions" : "/v1/completions";
  }

  /** Whether the upstream can go on after text of the answer. */
  boolean canContinue() {
    return request.prompt() instanceof Text
        || (request.prompt() instanceof Chat && traits.kind().continuesMessages());
  }

  /** Whether the upstream can be kept from its reset token. */
  boolean canForbidReset() {
    boolean hasId = traits.resets().map(token -> token.id().isPresent()).orElse(false);
    return hasId && traits.kind().biasesTokens();
  }

  /**
   * Whether a chunk is beyond the most tokens of an attempt. {@code palinode serve} keeps to them,
   * but for the text of a refusal.
   *
   * @param before tokens of the attempt so far, at least
   */
  boolean isBeyond(Attempt attempt, int before, Chunk chunk) {
    boolean isMore = chunk.finish().isEmpty() && chunk.tokens() > 0;
    return isMore && before >= attempt.maxTokens() && traits.kind() != UpstreamKind.PALINODE;
  }

  /** The body of the request for an attempt. */
  ObjectNode body(Attempt attempt) throws EngineException {
    requireSupported(attempt);
    ObjectNode body = UpstreamClient.JSON.createObjectNode().put("model", request.model());
    body.put("stream", true).putObject("stream_options").put("include_usage", true);
    putSampling(body, attempt);
    if (!request.stop().isEmpty()) {
      request.stop().forEach(body.putArray("stop")::add);
    }
    putPrompt(body, attempt);
    putLogprobs(body);
    if (traits.kind() == UpstreamKind.PALINODE) {
      putPalinode(body);
    } else if (traits.resets().isPresent()) {
      putShownTokens(body);
    }
    return body;
  }

  private void requireSupported(Attempt attempt) throws EngineException {
    String name = traits.kind().optionName();
    boolean isPalinode = traits.kind() == UpstreamKind.PALINODE;
    SamplingSettings sampling = request.sampling();
    refuseIf(request.echo(), "echo", "the gateway cannot repeat prompts");
    refuseIf(
        request.undo().resetProbability() && !tellsReset(),
        "palinode.reset_probability",
        "an upstream of kind " + name + " does not tell it");
    refuseIf(
        !isPalinode && request.guidance().isPresent(),
        "palinode.guidance",
        "an upstream of kind " + name + " has no guidance");
    refuseIf(
        !isPalinode && request.undo().resetBias() != 0 && !canForbidReset(),
        "palinode.reset_bias",
        "the reset token's id is unknown here, or the upstream honours no logit_bias");
    refuseIf(
        !sampling.logitBias().isEmpty() && !traits.kind().biasesTokens(),
        "logit_bias",
        "an upstream of kind " + name + " ignores it");
    boolean hasMore =
        sampling.topK() > 0 || sampling.minP() > 0 || sampling.repetitionPenalty() != 1;
    refuseIf(
        hasMore && !traits.kind().takesMoreSampling(),
        sampling.topK() > 0 ? "top_k" : sampling.minP() > 0 ? "min_p" : "repetition_penalty",
        "an upstream of kind " + name + " does not have it");
    if (request.prompt() instanceof Chat chat) {
      refuseIf(
          !canContinue() && !(chat.opening() + attempt.context()).isEmpty(),
          "messages",
          "an upstream of kind " + name + " does not continue a message of the assistant");
      requireNoToken(chat);
    }
    for (String stop : request.stop()) {
      refuseIf(
          traits.resets().map(token -> meet(stop, token.text())).orElse(false),
          "stop",
          "a text meets the reset token's, and the upstream would hide the token");
    }
  }

  /** Whether there is a text in which places of both overlap. */
  private static boolean meet(String one, String other) {
    for (int shift = 1 - one.length(); shift < other.length(); shift++) {
      int begin = Math.max(0, shift); // of the overlap, in the other
      int length = Math.min(one.length() + shift, other.length()) - begin;
      if (one.regionMatches(begin - shift, other, begin, length)) {
        return true;
      }
    }
    return false;
  }

  private boolean tellsReset() {
    return traits.model(request.model()).map(Model::tellsReset).orElse(false);
  }

  /** A user's text must not become the reset token. */
  private void requireNoToken(Chat chat) throws EngineException {
    String token = traits.resets().map(ResetToken::text).orElse("");
    boolean spellsIt =
        !token.isEmpty()
            && (chat.opening().contains(token)
                || chat.messages().stream().anyMatch(each -> each.content().contains(token)));
    refuseIf(
        spellsIt && traits.kind().readsTokensInMessages(),
        "messages",
        "a message contains the text of the reset token, which the upstream would take for it");
  }

  private static void refuseIf(boolean isSo, String field, String why) throws EngineException {
    if (isSo) {
      throw EngineException.invalid(field, field + ": " + why);
    }
  }

  /** With OpenAI's defaults: servers have other ones, or take them from the model's folder. */
  private void putSampling(ObjectNode body, Attempt attempt) throws EngineException {
    try {
      SamplingJson.put(body, biased(attempt), attempt.maxTokens(), attempt.seed());
    } catch (IllegalArgumentException e) {
      throw new EngineException(Kind.INVALID, String.valueOf(e.getMessage()), e);
    }
    if (traits.kind() != UpstreamKind.LLAMA_CPP) {
      body.remove(List.of("repeat_penalty", "repeat_last_n"));
    }
    if (traits.kind().takesMoreSampling() && traits.kind() != UpstreamKind.PALINODE) {
      putIfAbsent(body, "top_p", 1);
      putIfAbsent(body, "top_k", -1);
      putIfAbsent(body, "min_p", 0);
      putIfAbsent(body, "repetition_penalty", 1);
    }
  }

  /** The operator's and the request's. */
  private double resetBias() {
    double bias = settings.resets().bias() + request.undo().resetBias();
    return Math.max(-MOST_BIAS, Math.min(MOST_BIAS, bias));
  }

  private static void putIfAbsent(ObjectNode body, String field, int value) {
    if (!body.has(field)) {
      body.put(field, value);
    }
  }

  private SamplingSettings biased(Attempt attempt) {
    SamplingSettings sampling = request.sampling();
    Optional<Integer> id = traits.resets().flatMap(ResetToken::knownId);
    if (!canForbidReset() || id.isEmpty()) {
      return sampling;
    }
    double bias = sampling.logitBias().getOrDefault(id.get(), 0.0) + resetBias();
    double limited = Math.max(-MOST_BIAS, Math.min(MOST_BIAS, bias));
    double whole = attempt.forbidsReset() ? -MOST_BIAS : limited;
    boolean isNone = whole == 0 && !sampling.logitBias().containsKey(id.get());
    return isNone ? sampling : sampling.withBias(id.get(), whole);
  }

  private void putPrompt(ObjectNode body, Attempt attempt) {
    if (request.prompt() instanceof Chat chat) {
      putMessages(body, chat, attempt);
    } else if (request.prompt() instanceof Text text) {
      String nudge = attempt.nudge().isEmpty() ? "" : attempt.nudge() + "\n";
      body.put("prompt", nudge + text.text() + attempt.context());
    } else if (request.prompt() instanceof Tokens tokens) {
      ArrayNode ids = body.putArray("prompt");
      for (int id : tokens.ids().toArray()) {
        ids.add(id);
      }
    }
  }

  private void putMessages(ObjectNode body, Chat chat, Attempt attempt) {
    ArrayNode messages = body.putArray("messages");
    List<Message> conversation =
        attempt.nudge().isEmpty()
            ? chat.messages()
            : Message.nudged(attempt.nudge(), chat.messages());
    conversation.forEach(message -> add(messages, message.role(), message.content()));
    String begun = chat.opening() + attempt.context();
    if (!begun.isEmpty()) {
      add(messages, Role.ASSISTANT, begun);
      if (traits.kind() != UpstreamKind.LLAMA_CPP) { // which does it without being told
        body.put("continue_final_message", true).put("add_generation_prompt", false);
      }
    }
  }

  private static void add(ArrayNode messages, Role role, String content) {
    messages.addObject().put("role", role.templateName()).put("content", content);
  }

  /** TGI shows the reset token among the log-probabilities only. */
  private void putLogprobs(ObjectNode body) {
    boolean showsReset = traits.kind() == UpstreamKind.TGI && traits.resets().isPresent();
    if (request.logprobs().isEmpty() && !showsReset) {
      return;
    }
    int most = request.logprobs().orElse(0);
    if (request.prompt() instanceof Chat) {
      body.put("logprobs", true);
      if (most > 0) {
        body.put("top_logprobs", most);
      }
    } else {
      body.put("logprobs", most);
    }
  }

  private void putShownTokens(ObjectNode body) {
    if (traits.kind() == UpstreamKind.VLLM || traits.kind() == UpstreamKind.SGLANG) {
      body.put("skip_special_tokens", false);
    }
    if (traits.kind() == UpstreamKind.VLLM) {
      body.put("spaces_between_special_tokens", false).put("return_token_ids", true);
    }
  }

  private void putPalinode(ObjectNode body) {
    Undo undo = request.undo();
    ObjectNode own = body.putObject("palinode").put("stream_mode", "retractable");
    if (resetBias() != 0) {
      own.put("reset_bias", resetBias());
    }
    undo.maxResets().ifPresent(most -> own.put("max_resets", most));
    if (undo.resetProbability()) {
      own.put("reset_probability", true);
    }
    request
        .guidance()
        .ifPresent(
            guidance ->
                own.putObject("guidance")
                    .put("negative", guidance.negative())
                    .put("scale", guidance.scale())
                    .put("form", guidance.form().name().toLowerCase(Locale.ROOT)));
  }
}
