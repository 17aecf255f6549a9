package dev.palinode.cli.options;

import dev.palinode.decode.DelayedEventStream;
import dev.palinode.decode.GenerationEvent;
import dev.palinode.decode.GenerationRequest;
import dev.palinode.model.LoadedModel;
import java.io.IOException;
import java.util.function.Consumer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** All options of commands that generate text. */
public final class GenerationOptions implements AutoCloseable {
  @Mixin private SamplingOptions sampling;
  @Mixin private UndoOptions undo;
  @Mixin private GuidanceOptions guidance;
  @Mixin private GuardOptions guards;

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
    GenerationRequest.Builder builder = prompt.request();
    boolean isGuarded = !guards.isEmpty();
    sampling.apply(builder, turn);
    builder.sampling(undo.biased(sampling.settings(), model));
    undo.apply(builder, model, isGuarded);
    guidance.apply(builder, prompt);
    if (isGuarded) {
      guards.apply(builder, prompt, model.resetId().isPresent(), undo.refusal(model));
    }
    return builder.build();
  }

  /** Delays the events to a client, if the options ask for it. */
  public Consumer<GenerationEvent> delayed(Consumer<GenerationEvent> client) {
    OptionCheck.atLeast(0, "--hold-back", holdBack);
    return new DelayedEventStream(holdBack, client);
  }

  /** Closes the models that the options opened. */
  @Override
  public void close() {
    guards.close();
  }
}
