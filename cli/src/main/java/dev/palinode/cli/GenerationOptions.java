package dev.palinode.cli;

import dev.palinode.decode.GenerationEvent;
import dev.palinode.decode.GenerationRequest;
import dev.palinode.decode.HeldBack;
import dev.palinode.model.folder.LoadedModel;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** All options of commands that generate text. */
final class GenerationOptions implements AutoCloseable {
  /** How the command lays out prompts that differ from the request's own. */
  interface Prompts {
    /** What the answer is to. */
    String asked();

    /** The prompt to be pushed away from. */
    int[] negative(String text);

    /** The prompt with words put before the request. */
    int[] nudged(String nudge);
  }

  @Mixin private SamplingOptions sampling = new SamplingOptions();
  @Mixin private UndoOptions undo = new UndoOptions();
  @Mixin private GuidanceOptions guidance = new GuidanceOptions();
  @Mixin private GuardOptions guards = new GuardOptions();

  @Option(
      names = "--hold-back",
      defaultValue = "0",
      paramLabel = "TOKENS",
      description =
          "Show text that many tokens late, so that less is shown that is taken back (default: 0).")
  private int holdBack;

  /**
   * Completes a request.
   *
   * @param builder with prompt and stop tokens
   * @param turn of the conversation; each has random numbers of its own
   */
  GenerationRequest request(
      GenerationRequest.Builder builder, LoadedModel model, Prompts prompts, long turn)
      throws IOException {
    sampling.apply(builder, turn);
    builder.sampling(undo.biased(sampling.settings(), model));
    undo.apply(builder, model);
    Optional<String> negative = guidance.negative();
    if (negative.isPresent()) {
      guidance.apply(builder, prompts.negative(negative.get()));
    }
    if (!guards.isEmpty()) {
      guards.apply(
          builder,
          prompts.asked(),
          model.resetId().isPresent(),
          prompts.nudged(guards.nudge()),
          undo.refusal(model));
    }
    return builder.build();
  }

  /** Lets a client see events as late as the options want. */
  Consumer<GenerationEvent> delayed(Consumer<GenerationEvent> client) {
    return new HeldBack(holdBack, client);
  }

  /** Closes what the options had to open. */
  @Override
  public void close() {
    guards.close();
  }
}
