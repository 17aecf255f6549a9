package dev.palinode.server.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.decode.FinishReason;
import dev.palinode.decode.Usage;
import dev.palinode.decode.undo.UndoCause;
import dev.palinode.guard.Verdict;
import dev.palinode.server.engine.AnswerPart;
import dev.palinode.server.engine.AnswerPart.End;
import dev.palinode.server.engine.AnswerPart.Failed;
import dev.palinode.server.engine.AnswerPart.Piece;
import dev.palinode.server.engine.EngineException;
import dev.palinode.server.engine.EngineException.Kind;
import dev.palinode.server.engine.EngineRequest;
import dev.palinode.server.gateway.Dispatcher.Reading;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.apache.commons.lang3.StringUtils;

/**
 * One answer: reads what an upstream generates, applies resets, asks the guards, and where the
 * answer cannot go on as it is, breaks it off and has another request continue it.
 *
 * <p>The rules are those of the decoding loop ({@code dev.palinode.decode}). A reset withdraws all
 * visible text, which stays in the model's context; after the last one that is allowed, the token
 * is forbidden. Guards see the text every few tokens, and only text that they approved is reported.
 * Text that they reject is withdrawn: by a forced reset, or of a model without a reset token back
 * to the last safe point; a bounded number of times, then the answer is the refusal. Where the
 * upstream cannot continue an answer, it is the refusal at once.
 */
final class GatewayAnswer {
  /** How it goes on after an event. */
  private sealed interface Outcome {}

  private record GoesOn() implements Outcome {}

  /** Another request has to generate the rest. */
  private record Again(Attempt attempt) implements Outcome {}

  private record Ended(AnswerPart last) implements Outcome {}

  private static final Outcome GOES_ON = new GoesOn();

  private final EngineRequest request;
  private final GatewaySettings settings;
  private final Dispatcher dispatcher;
  private final AnswerGuards guards;
  private final Consumer<AnswerPart> listener;
  private final Cancellation cancellation = new Cancellation();
  private final VisibleText visible = new VisibleText();
  private final long arrived = System.nanoTime();
  private final int maxResets;

  private String context = ""; // of the model: what it wrote so far, and withdrawn text that stays
  private String rest = ""; // visible text that may have been the beginning of a reset token
  private int approved; // chars
  private int unseen; // tokens since the last check
  private int attempts;
  private int promptTokens;
  private int sampled;
  private int forced;
  private int resets;
  private int guardUndos;
  private int undosUpstream; // by guards of the upstream

  GatewayAnswer(
      EngineRequest request,
      GatewaySettings settings,
      Dispatcher dispatcher,
      AnswerGuards guards,
      Consumer<AnswerPart> listener) {
    this.request = request;
    this.settings = settings;
    this.dispatcher = dispatcher;
    this.guards = guards;
    this.listener = listener;
    this.maxResets = request.undo().maxResets().orElse(settings.resets().most());
  }

  void cancel() {
    cancellation.cancel();
  }

  /** Reports the answer up to its last part, and returns that: its requests have ended then. */
  AnswerPart run() {
    try (guards) {
      Outcome outcome = again("");
      while (outcome instanceof Again next) {
        outcome = read(next.attempt());
      }
      return ((Ended) outcome).last();
    } catch (EngineException e) {
      return failed(e);
    } catch (RuntimeException e) {
      return failed(new EngineException(Kind.FAILED, "the gateway failed: " + e, e));
    }
  }

  /** What fails once the answer is cancelled, or while its thread is, fails because of that. */
  private AnswerPart failed(EngineException cause) {
    boolean isEnded =
        cancellation.isCancelled() || cause.getCause() instanceof CancellationException;
    return new Failed(isEnded ? EngineException.ended() : cause);
  }

  private Outcome again(String nudge) {
    rest = "";
    unseen = 0;
    long seed = request.seed() + attempts++;
    int left = request.maxTokens() - sampled;
    return new Again(new Attempt(context, nudge, resets >= maxResets, left, seed));
  }

  // One request

  private Outcome read(Attempt attempt) throws EngineException {
    try (Reading reading = dispatcher.start(request, attempt, cancellation)) {
      TokenReader tokens = new TokenReader(reading.form().resets(), request.logprobs().isPresent());
      int before = sampled;
      Optional<Chunk> last = Optional.empty(); // the one with the finish reason
      for (Optional<Chunk> next = reading.next(); next.isPresent(); next = next(reading, last)) {
        Chunk chunk = next.get();
        if (reading.form().isBeyond(attempt, sampled - before, chunk)) {
          rest = tokens.rest();
          return complete(FinishReason.LENGTH, "", reading);
        }
        Outcome outcome = take(chunk, attempt, reading, tokens);
        if (outcome != GOES_ON) {
          return outcome;
        }
        if (chunk.usage().path("completion_tokens").isInt()) {
          sampled = before + chunk.usage().path("completion_tokens").asInt();
          promptTokens = Math.max(promptTokens, chunk.usage().path("prompt_tokens").asInt());
        }
        last = chunk.finish().isPresent() ? next : last;
      }
      rest = tokens.rest();
      return complete(last.orElseThrow(reading::brokenOff), reading);
    }
  }

  /** The next event. After the end of the answer, which has come, the stream may break off. */
  private static Optional<Chunk> next(Reading reading, Optional<Chunk> last)
      throws EngineException {
    try {
      return reading.next();
    } catch (EngineException e) {
      if (last.isPresent()) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private Outcome take(Chunk chunk, Attempt attempt, Reading reading, TokenReader tokens)
      throws EngineException {
    sampled += chunk.tokens();
    unseen += chunk.tokens();
    withdrawn(chunk.palinode());
    for (TokenReader.Token token : tokens.read(chunk)) {
      if (token instanceof TokenReader.Shown shown) {
        context += shown.piece().text();
        visible.add(shown.piece());
      } else if (token instanceof TokenReader.Reset reset) {
        if (resets >= maxResets) {
          return tooManyResets(attempt, reading);
        }
        resets++;
        context += reading.form().resets().orElseThrow().text();
        withdraw(0, UndoCause.RESET, "", reset.probability());
      }
    }
    if (guards.isEmpty()) {
      report(visible.length());
      return GOES_ON;
    }
    return unseen >= settings.guards().everyTokens() ? check(false, reading) : GOES_ON;
  }

  /** What {@code palinode serve} has withdrawn. */
  private void withdrawn(JsonNode palinode) {
    JsonNode retraction = palinode.path("retraction");
    if (retraction.isObject()) {
      boolean isReset = retraction.path("cause").asText().equals("reset");
      resets += isReset ? 1 : 0;
      undosUpstream += isReset ? 0 : 1;
      JsonNode probability = palinode.path("reset_probability");
      boolean isAll = isReset && retraction.path("from").asInt() == 0; // of this request's text
      withdraw(
          isAll ? 0 : Math.max(0, visible.length() - retraction.path("text").asText().length()),
          isReset ? UndoCause.RESET : UndoCause.GUARD,
          retraction.path("reason").asText(),
          probability.isNumber()
              ? OptionalDouble.of(probability.asDouble())
              : OptionalDouble.empty());
      context = visible.toString();
    }
  }

  private Outcome complete(Chunk last, Reading reading) throws EngineException {
    String exact = last.palinode().path("finish").asText().toUpperCase(Locale.ROOT);
    boolean isDeadline = exact.equals(FinishReason.DEADLINE.name());
    FinishReason finish = isDeadline ? FinishReason.DEADLINE : last.finish().orElseThrow();
    return complete(finish, last.palinode().path("detail").asText(), reading);
  }

  private Outcome complete(FinishReason finish, String detail, Reading reading)
      throws EngineException {
    if (!guards.isEmpty() && visible.length() + rest.length() > 0) {
      Outcome outcome = check(true, reading);
      if (outcome != GOES_ON) {
        return outcome;
      }
    }
    report(visible.length());
    return end(finish, detail);
  }

  // Undo

  /** The model resets once more than it may: it goes on as if it had not been able to. */
  private Outcome tooManyResets(Attempt attempt, Reading reading) {
    boolean helps = reading.form().canContinue() && reading.form().canForbidReset();
    if (helps && !attempt.forbidsReset() && sampled < request.maxTokens()) {
      return again("");
    }
    resets++;
    String detail = "the model reset " + resets + " times, " + maxResets + " allowed";
    return refuse(detail, UndoCause.RESET, "");
  }

  private Outcome check(boolean complete, Reading reading) throws EngineException {
    unseen = 0;
    Verdict verdict = guards.check(visible + rest, complete, cancellation);
    if (verdict.isUnsafe()) {
      return undoUnsafe(verdict, reading);
    }
    approved = Math.min(visible.length(), verdict.safePrefixLength());
    // A template may cut white space off a message that is continued: it is shown with the next
    // word.
    report(StringUtils.stripEnd(visible.toString().substring(0, approved), null).length());
    return GOES_ON;
  }

  private Outcome undoUnsafe(Verdict verdict, Reading reading) {
    String reason = verdict.reason();
    int most = settings.guards().maxUndos();
    if (guardUndos >= most) {
      String many = "guards objected " + (guardUndos + 1) + " times, " + most + " allowed: ";
      return refuse(many + reason, UndoCause.GUARD, reason);
    }
    guardUndos++;
    boolean continues = reading.form().canContinue();
    int safe = Math.min(approved, verdict.safePrefixLength());
    int kept = StringUtils.stripEnd(visible.toString().substring(0, safe), null).length();
    if (sampled >= request.maxTokens() || (kept > 0 && !continues)) {
      String none = "a guard objected, and the answer cannot be continued: ";
      return refuse(none + reason, UndoCause.GUARD, reason);
    }
    if (continues && reading.form().resets().isPresent()) {
      forced++;
      withdraw(0, UndoCause.GUARD, reason, OptionalDouble.empty());
      context += reading.form().resets().get().text();
      return again("");
    }
    withdraw(kept, UndoCause.GUARD, reason, OptionalDouble.empty());
    context = visible.toString();
    return again(settings.guards().nudge());
  }

  private void withdraw(int kept, UndoCause cause, String reason, OptionalDouble probability) {
    listener.accept(visible.withdraw(kept, cause, reason, probability));
    approved = Math.min(approved, kept);
  }

  private Outcome refuse(String detail, UndoCause cause, String reason) {
    withdraw(0, cause, reason, OptionalDouble.empty());
    rest = "";
    String refusal = settings.guards().refusal();
    if (!refusal.isEmpty()) {
      forced++;
      visible.add(new Piece(refusal, Optional.empty(), OptionalDouble.empty()));
      report(visible.length());
    }
    return end(FinishReason.REFUSED, detail);
  }

  // Its parts

  private void report(int chars) {
    visible.report(chars).forEach(listener);
  }

  private Outcome end(FinishReason finish, String detail) {
    return new Ended(new End(rest, finish, detail, usage()));
  }

  private Usage usage() {
    return new Usage(
        promptTokens,
        sampled,
        forced,
        visible.discarded(),
        visible.size(),
        resets,
        guardUndos + undosUpstream,
        Duration.ZERO,
        since(System.nanoTime()),
        visible.firstReport().map(this::since),
        visible.firstRemaining().map(this::since));
  }

  private Duration since(long time) {
    return Duration.ofNanos(time - arrived);
  }
}
