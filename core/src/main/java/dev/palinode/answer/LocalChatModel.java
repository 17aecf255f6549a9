package dev.palinode.answer;

import dev.palinode.answer.Answer.Trace;
import dev.palinode.answer.Answer.Withdrawal;
import dev.palinode.chat.ChatFormat;
import dev.palinode.chat.Message;
import dev.palinode.decode.Decoder;
import dev.palinode.decode.GenerationEvent.Failed;
import dev.palinode.decode.GenerationEvent.Finished;
import dev.palinode.decode.GenerationEvent.Undo;
import dev.palinode.decode.GenerationRequest;
import dev.palinode.decode.Guidance;
import dev.palinode.decode.undo.UndoPolicy;
import dev.palinode.token.TokenIds;
import dev.palinode.token.Tokenizer;
import dev.palinode.token.Transcript;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ObjIntConsumer;

/**
 * A model in this process, which decodes the requests of one call as a batch. Thread-safe if the
 * decoder's model is.
 *
 * @param name of the model and its chat format for {@link #identity}, preferably with a hash of the
 *     weights
 * @param decoder of the model, with its tokenizer: its batch limits say how many requests are
 *     answered at the same time
 * @param tokenizer of the model
 * @param format lays out conversations
 * @param undo when the model may undo
 * @param resetBias added to the reset token's logit; 0 for none
 * @param guidance away from another system message, if any
 */
public record LocalChatModel(
    String name,
    Decoder decoder,
    Tokenizer tokenizer,
    ChatFormat format,
    UndoPolicy undo,
    double resetBias,
    Optional<NegativeSystem> guidance)
    implements ChatModel {
  /**
   * Guidance whose negative prompt is the same conversation under another system message.
   *
   * @param system the other system message
   * @param scale see {@link Guidance}
   * @param form see {@link Guidance}
   */
  public record NegativeSystem(String system, double scale, Guidance.Form form) {
    @Override
    public String toString() {
      return "guidance scale %s, %s form, negative prompt \"%s\""
          .formatted(scale, form.name().toLowerCase(Locale.ROOT), system);
    }
  }

  @Override
  public String identity() {
    return String.format(
        Locale.ROOT,
        "local model %s, %s, reset bias %s, %s",
        name,
        undo,
        resetBias,
        guidance.map(NegativeSystem::toString).orElse("no guidance"));
  }

  @Override
  public void answer(List<ChatRequest> requests, ObjIntConsumer<Answer> answers)
      throws IOException {
    List<GenerationRequest> fit = new ArrayList<>();
    List<Integer> indices = new ArrayList<>(); // of the requests that fit the format
    for (int i = 0; i < requests.size(); i++) {
      try {
        fit.add(request(requests.get(i)));
        indices.add(i);
      } catch (IllegalArgumentException e) {
        answers.accept(new Answer.Failed(message(e)), i);
      }
    }
    generate(fit, (answer, index) -> answers.accept(answer, indices.get(index)));
  }

  private void generate(List<GenerationRequest> requests, ObjIntConsumer<Answer> answers)
      throws IOException {
    Map<Long, List<Undo>> undos = new ConcurrentHashMap<>();
    List<RuntimeException> failures = new ArrayList<>();
    decoder.generate(
        requests,
        event -> {
          int index = (int) event.request();
          if (event instanceof Undo undone) {
            undos.computeIfAbsent(event.request(), unseen -> new ArrayList<>()).add(undone);
          } else if (event instanceof Finished finished) {
            answers.accept(given(finished, undos.getOrDefault(event.request(), List.of())), index);
          } else if (event instanceof Failed failed) {
            // A conversation that is too long fails alone; other failures would meet all requests.
            if (failed.cause() instanceof IllegalArgumentException) {
              answers.accept(new Answer.Failed(message(failed.cause())), index);
            } else {
              failures.add(failed.cause());
            }
          }
        });
    if (!failures.isEmpty()) {
      RuntimeException first = failures.get(0);
      throw new IOException("the model failed: " + message(first), first);
    }
  }

  private static String message(RuntimeException cause) {
    return Objects.requireNonNullElse(cause.getMessage(), cause.toString());
  }

  private Answer given(Finished finished, List<Undo> undos) {
    List<Transcript.Withdrawal> places = finished.transcript().withdrawals();
    List<Withdrawal> withdrawals = new ArrayList<>();
    for (int i = 0; i < places.size(); i++) {
      Undo undone = undos.get(i);
      withdrawals.add(
          new Withdrawal(
              places.get(i).at(),
              places.get(i).tokens(),
              undone.text(),
              undone.cause(),
              undone.reason()));
    }
    int[] raw = finished.transcript().raw();
    return new Answer.Given(
        finished.text(),
        finished.reason(),
        finished.detail(),
        Optional.of(new Trace(TokenIds.of(raw), tokenizer.decode(raw, false), withdrawals)),
        finished.usage());
  }

  /**
   * A request for the next answer in a conversation, or the rest of it: laid out by a format, and
   * stopped where the format ends an answer.
   *
   * @param opening how the answer begins; may be empty
   * @throws IllegalArgumentException if the format refuses the conversation
   */
  public static GenerationRequest.Builder request(
      ChatFormat format, List<Message> conversation, String opening) {
    return GenerationRequest.builder(format.prompt(conversation, opening))
        .continuesText(!opening.isEmpty())
        .stopIds(format.endOfTurnIds())
        .stopTexts(format.stopTexts());
  }

  private GenerationRequest request(ChatRequest request) {
    GenerationRequest.Builder builder =
        request(format, request.conversation(), request.opening())
            .maxNewTokens(request.maxTokens())
            .sampling(undo.biased(request.sampling(), resetBias))
            .undo(undo)
            .seed(request.seed());
    guidance.ifPresent(
        other -> {
          List<Message> negative = Message.underSystem(other.system, request.conversation());
          builder.guidance(
              Guidance.of(format.prompt(negative, request.opening()), other.scale, other.form));
        });
    return builder.build();
  }
}
