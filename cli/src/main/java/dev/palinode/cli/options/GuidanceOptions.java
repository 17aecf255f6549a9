package dev.palinode.cli.options;

import dev.palinode.answer.LocalChatModel.NegativeSystem;
import dev.palinode.decode.Guidance;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of guidance away from a negative prompt. */
@OptionGroup("Guidance")
final class GuidanceOptions {
  @Option(
      names = "--negative",
      description =
          "A prompt to steer away from; in a chat, its system message. Needs"
              + " --guidance-scale.")
  private @Nullable String negative;

  @Option(
      names = "--guidance-scale",
      paramLabel = "G",
      description = "How far; 1 is not at all, 1.5 to 3 are common.")
  private @Nullable Double scale;

  @Option(names = "--guidance-form", paramLabel = "FORM", description = "log or probability.")
  private Guidance.Form form = Guidance.Form.LOG;

  /** Whether options are given. */
  boolean isGiven() {
    return negative != null || scale != null;
  }

  /** The negative prompt alone. */
  Optional<String> negative() {
    return Optional.ofNullable(negative);
  }

  /** What they say; empty without them. Throws if one lacks another. */
  Optional<NegativeSystem> read() {
    String need = "--negative TEXT: what to steer away from";
    OptionCheck.needs("--guidance-scale", scale != null, negative != null, need);
    OptionCheck.needs("--guidance-form", form != Guidance.Form.LOG, negative != null, need);
    OptionCheck.needs(
        "--negative",
        negative != null,
        scale != null,
        "--guidance-scale: how far, for example 1.5");
    return negative == null || scale == null
        ? Optional.empty()
        : Optional.of(new NegativeSystem(negative, scale, form));
  }
}
