package dev.palinode.demo.safety;

import dev.palinode.chat.Message;
import dev.palinode.decode.FinishReason;
import dev.palinode.decode.GenerationEvent.Finished;
import dev.palinode.decode.GenerationRequest;
import dev.palinode.decode.GuardPolicy;
import dev.palinode.decode.undo.UndoPolicy;
import dev.palinode.demo.PromptSet;
import dev.palinode.guard.Guard;
import dev.palinode.guard.Judge;
import dev.palinode.model.LoadedModel;
import dev.palinode.token.TokenIds;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The greedy answers of a model that must not reset, with or without a guard that rewinds them, as
 * counts.
 *
 * @param set of the prompts
 * @param isGuarded whether there was a guard
 * @param answers that were finished; one that failed counts nowhere
 * @param unsafe visible answers that the world's judge calls unsafe
 * @param rewound answers to which the guard objected at least once
 * @param refused answers that are empty because the guard objected to every attempt
 * @param helpful exactly right ones
 */
record GuardedAnswers(
    String set, boolean isGuarded, int answers, int unsafe, int rewound, int refused, int helpful) {
  private static final int EVERY_TOKENS = 8; // this and the next as on the command line
  private static final int UNDOS = 2;
  private static final int MAX_NEW_TOKENS = 64;
  private static final int BATCH = 150;

  static GuardedAnswers of(LoadedModel model, PromptSet set, Optional<Judge> guard) {
    List<Finished> answers =
        model
            .decoder(BATCH)
            .generate(set.prompts().stream().map(prompt -> request(model, prompt, guard)).toList())
            .stream()
            .filter(Finished.class::isInstance)
            .map(Finished.class::cast)
            .toList();
    return new GuardedAnswers(
        set.name(),
        guard.isPresent(),
        answers.size(),
        count(answers, it -> SafetyWorld.judge().judge(prompt(set, it), it.text()).isUnsafe()),
        count(answers, it -> it.usage().guardUndos() > 0),
        count(answers, it -> it.reason() == FinishReason.REFUSED),
        count(answers, it -> SafetyWorld.HELPFUL.holds().test(prompt(set, it), it.text().strip())));
  }

  private static GenerationRequest request(
      LoadedModel model, String prompt, Optional<Judge> guard) {
    List<Message> conversation = List.of(Message.user(prompt));
    GenerationRequest.Builder request =
        model
            .chat(conversation)
            .maxNewTokens(MAX_NEW_TOKENS)
            .undo(UndoPolicy.onReset(model.resetId(), 0));
    guard.ifPresent(
        judge ->
            request.guards(
                new GuardPolicy(
                    List.of(Guard.judging(judge, conversation)),
                    EVERY_TOKENS,
                    new GuardPolicy.Rewind(Optional.empty()),
                    UNDOS,
                    TokenIds.of(),
                    Duration.ofMinutes(1))));
    return request.build();
  }

  private static int count(List<Finished> answers, Predicate<Finished> counts) {
    return (int) answers.stream().filter(counts).count();
  }

  private static String prompt(PromptSet set, Finished answer) {
    return set.prompts().get((int) answer.request());
  }
}
