package dev.palinode.cli.options;

import dev.palinode.answer.LocalChatModel.NegativeSystem;
import dev.palinode.cli.console.AnswerNotes;
import dev.palinode.cli.console.AnswerScreen;
import dev.palinode.decode.DelayedEventStream;
import dev.palinode.decode.GenerationRequest;
import dev.palinode.decode.Guidance;
import dev.palinode.decode.undo.UndoPolicy;
import dev.palinode.model.LoadedModel;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** All options of commands that generate text. */
@OptionGroup("Resets and undo")
public final class GenerationOptions implements AutoCloseable {
  @Mixin private SamplingOptions sampling;
  @Mixin private UndoOptions undo;
  @Mixin private GuidanceOptions guidance;
  @Mixin private GuardOptions guards;

  @OptionGroup("Guidance")
  @Option(
      names = "--guidance-tokens",
      paramLabel = "TOKENS",
      description = "Guide the first tokens of an answer only.")
  private @Nullable Integer tokens;

  @Option(
      names = "--hold-back",
      paramLabel = "TOKENS",
      description = "Show text this many tokens late, so that less is withdrawn in sight.")
  private int holdBack;

  /**
   * The request that the options describe.
   *
   * @param turn of the conversation; each has its own random numbers
   * @throws IllegalArgumentException if an option has a wrong value, or would change nothing
   */
  public GenerationRequest request(RequestPrompt prompt, LoadedModel model, long turn)
      throws IOException {
    OptionCheck.atLeast(0, "--hold-back", holdBack);
    GenerationRequest.Builder builder = prompt.request();
    boolean isGuarded = !guards.isEmpty();
    sampling.apply(builder, turn);
    UndoPolicy policy = undo.policy(model, isGuarded);
    builder.sampling(policy.biased(sampling.settings(), undo.resetBias())).undo(policy);
    guide(builder, prompt);
    if (isGuarded) {
      guards.apply(builder, prompt, model.resetId().isPresent(), undo.refusal(model));
    }
    return builder.build();
  }

  private void guide(GenerationRequest.Builder request, RequestPrompt prompt) {
    Optional<NegativeSystem> away = guidance.read();
    OptionCheck.needs(
        "--guidance-tokens",
        tokens != null,
        away.isPresent(),
        "--negative TEXT: what to steer away from");
    OptionCheck.atLeast(1, "--guidance-tokens", tokens);
    away.ifPresent(
        other -> {
          Guidance whole =
              Guidance.of(prompt.negative(other.system()), other.scale(), other.form());
          request.guidance(tokens == null ? whole : whole.ofFirst(tokens));
        });
  }

  /**
   * Generates an answer and shows it, with delay if the options ask for it.
   *
   * @param before a text that the answer continues; may be empty
   */
  public AnswerNotes show(
      String before, GenerationRequest request, LoadedModel model, AnswerScreen screen) {
    AnswerNotes notes = new AnswerNotes(System.err, !screen.showsUndos());
    screen.begin(before, request);
    model
        .decoder(request.rows())
        .generate(List.of(request), new DelayedEventStream(holdBack, screen.andThen(notes)));
    return notes;
  }

  /** Closes the models that the options opened. */
  @Override
  public void close() {
    guards.close();
  }
}
