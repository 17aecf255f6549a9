package dev.palinode.examples;

import dev.palinode.chat.Message;
import dev.palinode.decode.BatchLimits;
import dev.palinode.decode.DecodingService;
import dev.palinode.decode.GenerationEvent.Finished;
import dev.palinode.decode.GenerationRequest;
import dev.palinode.decode.GuardPolicy;
import dev.palinode.guard.PatternGuard;
import dev.palinode.model.LoadedModel;
import dev.palinode.token.TokenIds;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Answers several questions at once with a guard: an unsafe part is undone and generated again, at
 * most twice, then the answer is refused. Works with any model, with or without a reset token.
 */
public final class GuardedAnswers {
  private GuardedAnswers() {}

  /**
   * Runs it.
   *
   * @param args a model folder, a forbidden word, and questions
   */
  public static void main(String... args) throws IOException, InterruptedException {
    PatternGuard guard = PatternGuard.words(List.of(args[1]));
    try (LoadedModel model = LoadedModel.open(Path.of(args[0]));
        DecodingService service =
            new DecodingService(model.lm(), model.tokenizer(), BatchLimits.rows(16), 64)) {
      List<DecodingService.Generation> answers = new ArrayList<>();
      for (String question : Arrays.asList(args).subList(2, args.length)) {
        answers.add(service.submit(request(model, guard, question), event -> {}));
      }
      for (DecodingService.Generation answer : answers) {
        if (answer.end().join() instanceof Finished end) {
          System.out.printf("%s: %s%n", end.reason(), end.text());
        }
      }
    }
  }

  private static GenerationRequest request(LoadedModel model, PatternGuard guard, String question) {
    GenerationRequest.Builder request = model.chat(List.of(Message.user(question)));
    int[] nudged = model.chatFormat().prompt(List.of(Message.user("Answer safely. " + question)));
    return request
        .guards(
            new GuardPolicy(
                List.of(guard),
                4,
                GuardPolicy.Rewind.nudged(nudged),
                2,
                TokenIds.of(model.tokenizer().encodeText("sorry .")),
                Duration.ofSeconds(1)))
        .build();
  }
}
