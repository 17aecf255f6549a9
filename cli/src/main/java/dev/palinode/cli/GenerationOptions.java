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
   * A request as the options want it.
   *
   * @param turn of the conversation; each has random numbers of its own
   */
  GenerationRequest request(RequestPrompt prompt, LoadedModel model, long turn) throws IOException {
    GenerationRequest.Builder builder = prompt.request();
    sampling.apply(builder, turn);
    builder.sampling(undo.biased(sampling.settings(), model));
    undo.apply(builder, model);
    Optional<String> negative = guidance.negative();
    if (negative.isPresent()) {
      guidance.apply(builder, prompt.negative(negative.get()));
    }
    if (!guards.isEmpty()) {
      guards.apply(
          builder,
          prompt.conversation(),
          model.resetId().isPresent(),
          prompt.nudged(guards.nudge()),
          undo.refusal(model));
    }
    return builder.build();
  }

  /** Lets a client see events as late as the options want. */
  Consumer<GenerationEvent> delayed(Consumer<GenerationEvent> client) {
    OptionCheck.atLeast(0, "--hold-back", holdBack);
    return new HeldBack(holdBack, client);
  }

  /** Closes what the options had to open. */
  @Override
  public void close() {
    guards.close();
  }
}
