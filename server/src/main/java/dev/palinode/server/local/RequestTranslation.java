package dev.palinode.server.local;

import dev.palinode.chat.ChatFormat;
import dev.palinode.chat.Message;
import dev.palinode.decode.GenerationRequest;
import dev.palinode.decode.GuardPolicy;
import dev.palinode.decode.Guidance;
import dev.palinode.decode.sampling.SamplingSettings;
import dev.palinode.decode.undo.UndoPolicy;
import dev.palinode.guard.Guard;
import dev.palinode.server.engine.EngineException;
import dev.palinode.server.engine.EngineException.Kind;
import dev.palinode.server.engine.EngineRequest;
import dev.palinode.server.engine.EngineRequest.Chat;
import dev.palinode.server.engine.EngineRequest.Negative;
import dev.palinode.server.engine.EngineRequest.Text;
import dev.palinode.server.engine.EngineRequest.Tokens;
import dev.palinode.server.engine.GuardSettings;
import dev.palinode.token.TokenIds;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/** Requests of clients as requests of the decoding loop, under the operator's settings. */
record RequestTranslation(LocalModel model, LocalSettings settings) {
  private static final String NEGATIVE = "palinode.guidance.negative";

  /** The tokens of the prompt. */
  int[] prompt(EngineRequest request) throws EngineException {
    int[] prompt = ids(request);
    if (prompt.length == 0) {
      throw EngineException.invalid("prompt", "the prompt is empty: give at least one token");
    }
    requireShort(request.prompt() instanceof Chat ? "messages" : "prompt", prompt);
    return prompt;
  }

  private void requireShort(String field, int[] prompt) throws EngineException {
    int most = Math.min(settings.maxPromptTokens(), model.lm().contextLength() - 1);
    most = (int) Math.min(most, settings.limits().maxTokens());
    if (prompt.length > most) {
      throw EngineException.invalid(
          field, "the prompt has " + prompt.length + " tokens: this server takes at most " + most);
    }
  }

  private int[] ids(EngineRequest request) throws EngineException {
    if (request.prompt() instanceof Chat chat) {
      return ids(chat.messages(), chat.opening());
    } else if (request.prompt() instanceof Text text) {
      return document("prompt", text.text());
    }
    TokenIds ids = ((Tokens) request.prompt()).ids();
    OptionalInt unknown = ids.firstOutside(model.lm().vocabSize());
    if (unknown.isPresent()) {
      throw EngineException.invalid(
          "prompt",
          "token %s: the model has ids 0 to %s"
              .formatted(unknown.getAsInt(), model.lm().vocabSize() - 1));
    }
    return ids.toArray();
  }

  private int[] document(String field, String text) throws EngineException {
    try {
      return model.tokenizer().encodeDocument(text);
    } catch (IllegalArgumentException e) {
      throw EngineException.invalid(field, String.valueOf(e.getMessage()));
    }
  }

  private int[] ids(List<Message> messages, String opening) throws EngineException {
    ChatFormat format = format();
    try {
      return format.prompt(messages, opening);
    } catch (IllegalArgumentException e) {
      throw EngineException.invalid("messages", String.valueOf(e.getMessage()));
    }
  }

  private ChatFormat format() throws EngineException {
    return model
        .format()
        .orElseThrow(
            () ->
                new EngineException(
                    Kind.INVALID,
                    "the model has no chat template: use /v1/completions, or serve it with"
                        + " --chat-format"));
  }

  /** The request with these tokens of its prompt. */
  GenerationRequest generation(EngineRequest request, int[] prompt) throws EngineException {
    requireReset(request);
    int room = Math.min(Math.max(1, request.maxTokens()), model.lm().contextLength());
    GenerationRequest.Builder builder =
        GenerationRequest.builder(prompt)
            .maxNewTokens(room)
            .stopIds(stopIds(request))
            .stopTexts(request.stop())
            .stopTexts(request.prompt() instanceof Chat ? format().stopTexts() : List.of())
            .sampling(sampling(request))
            .undo(undo(request))
            .continuesText(continuesText(request))
            .resetProbability(request.undo().resetProbability())
            .seed(request.seed());
    request.logprobs().ifPresent(builder::logprobs);
    settings.timeLimit().ifPresent(builder::timeLimit);
    if (request.guidance().isPresent()) {
      Negative negative = request.guidance().get();
      int[] other = negative(request, negative.negative());
      requireShort(NEGATIVE, other);
      builder.guidance(Guidance.of(other, negative.scale(), negative.form()));
    }
    List<Guard> guards = settings.guards().of(request.guards(), conversation(request));
    if (!guards.isEmpty()) {
      builder.guards(policy(request, guards));
    }
    try {
      return builder.build();
    } catch (IllegalArgumentException e) {
      throw new EngineException(Kind.INVALID, String.valueOf(e.getMessage()), e);
    }
  }

  private void requireReset(EngineRequest request) throws EngineException {
    EngineRequest.Undo undo = request.undo();
    if (model.resetId().isEmpty() && (undo.changesResets() || undo.resetProbability())) {
      throw EngineException.invalid(
          "palinode",
          "the model has no reset token: leave out reset_bias, max_resets and reset_probability");
    }
    if (settings.undoFixed()) {
      request.requireUndoAsFixed();
    }
  }

  private Set<Integer> stopIds(EngineRequest request) throws EngineException {
    if (request.prompt() instanceof Chat) {
      return format().endOfTurnIds();
    }
    // With one token to sample, a stop token is an ordinary one: the answer ends anyway, and
    // harnesses count on a log-probability for each token.
    boolean isMeasured = request.echo() && request.logprobs().isPresent();
    return isMeasured && request.maxTokens() <= 1 ? Set.of() : model.endOfTextIds();
  }

  private static boolean continuesText(EngineRequest request) {
    return !(request.prompt() instanceof Chat chat) || !chat.opening().isEmpty();
  }

  private SamplingSettings sampling(EngineRequest request) throws EngineException {
    try {
      request.sampling().requireWithin(model.lm().vocabSize());
    } catch (IllegalArgumentException e) {
      throw EngineException.invalid("logit_bias", String.valueOf(e.getMessage()));
    }
    double bias = settings.resetBias() + request.undo().resetBias();
    return settings.undo().biased(request.sampling(), bias);
  }

  private UndoPolicy undo(EngineRequest request) {
    UndoPolicy policy = settings.undo();
    return new UndoPolicy(
        policy.resetId(),
        request.undo().maxResets().orElse(policy.maxResets()),
        policy.extent(),
        policy.context(),
        policy.refusal());
  }

  private int[] negative(EngineRequest request, String text) throws EngineException {
    if (!(request.prompt() instanceof Chat chat)) {
      return document(NEGATIVE, text);
    }
    return ids(Message.underSystem(text, chat.messages()), chat.opening());
  }

  /** The conversation before the answer, for guards. */
  private List<Message> conversation(EngineRequest request) {
    if (request.prompt() instanceof Chat chat) {
      return chat.messages();
    } else if (request.prompt() instanceof Text text) {
      return List.of(Message.user(text.text()));
    }
    int[] ids = ((Tokens) request.prompt()).ids().toArray();
    return List.of(Message.user(model.tokenizer().decode(ids, true)));
  }

  private GuardPolicy policy(EngineRequest request, List<Guard> guards) throws EngineException {
    GuardSettings operator = settings.guards();
    GuardPolicy.Response response =
        model.resetId().isPresent()
            ? new GuardPolicy.ForceReset()
            : GuardPolicy.Rewind.nudged(nudged(request));
    return new GuardPolicy(
        guards,
        operator.everyTokens(),
        response,
        operator.maxUndos(),
        TokenIds.of(model.tokenizer().encodeText(operator.refusal())),
        operator.timeout());
  }

  /** The prompt with the nudge. */
  private int[] nudged(EngineRequest request) throws EngineException {
    String nudge = settings.guards().nudge();
    if (request.prompt() instanceof Chat chat) {
      return ids(Message.nudged(nudge, chat.messages()), chat.opening());
    }
    Message whole = conversation(request).get(0);
    return document("prompt", nudge + "\n" + whole.content());
  }
}
