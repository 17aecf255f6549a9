package dev.palinode.testkit;

import dev.palinode.answer.Answer;
import dev.palinode.answer.ChatModel;
import dev.palinode.answer.ChatRequest;
import dev.palinode.decode.FinishReason;
import dev.palinode.decode.Usage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ObjIntConsumer;

/** A model whose answers are a function of the request. */
public record FakeChatModel(String identity, Function<ChatRequest, Answer> answers)
    implements ChatModel {
  @Override
  public void answer(List<ChatRequest> requests, ObjIntConsumer<Answer> receiver) {
    for (int i = 0; i < requests.size(); i++) {
      receiver.accept(answers.apply(requests.get(i)), i);
    }
  }

  /** Answers with a text; {@code FAIL} makes the request fail. */
  public static FakeChatModel saying(Function<ChatRequest, String> text) {
    return new FakeChatModel(
        "fake",
        request -> {
          String answer = text.apply(request);
          return answer.equals("FAIL") ? new Answer.Failed("no answer") : says(answer);
        });
  }

  /** A complete answer, for which 3 tokens were read and 7 generated. */
  public static Answer.Given says(String text) {
    return says(text, FinishReason.STOP, Optional.empty());
  }

  /** An answer that ended for this reason. */
  public static Answer.Given says(String text, FinishReason finish) {
    return says(text, finish, Optional.empty());
  }

  /** A complete answer of which is known what was withdrawn. */
  public static Answer.Given says(String text, Answer.Trace trace) {
    return says(text, FinishReason.STOP, Optional.of(trace));
  }

  private static Answer.Given says(String text, FinishReason finish, Optional<Answer.Trace> trace) {
    Duration time = Duration.ofMillis(1);
    Usage usage =
        new Usage(3, 7, 0, 0, 7, 0, 0, Duration.ZERO, time, Optional.empty(), Optional.empty());
    return new Answer.Given(text, finish, "", trace, usage);
  }
}
