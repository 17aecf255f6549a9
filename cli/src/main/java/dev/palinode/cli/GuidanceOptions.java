package dev.palinode.cli;

import dev.palinode.decode.GenerationRequest;
import dev.palinode.decode.Guidance;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of classifier-free guidance. */
final class GuidanceOptions {
  @Option(
      names = "--negative",
      paramLabel = "TEXT",
      description =
          "A prompt to be pushed away from; in a chat, the system message of one. Needs"
              + " --guidance-scale.")
  private @Nullable String negative;

  @Option(
      names = "--guidance-scale",
      paramLabel = "G",
      description = "How far; 1 is not at all, 1.5 to 3 are common.")
  private @Nullable Double scale;

  @Option(
      names = "--guidance-form",
      defaultValue = "log",
      description = "log or probability (default: ${DEFAULT-VALUE}).")
  private String form = "";

  @Option(names = "--guidance-tokens", description = "Guide the first tokens of an answer only.")
  private @Nullable Integer tokens;

  /** The negative text; empty if there is none. */
  Optional<String> negative() {
    if (negative == null && (scale != null || tokens != null)) {
      throw new IllegalArgumentException(
          "%s needs --negative TEXT: what to be pushed away from"
              .formatted(scale != null ? "--guidance-scale" : "--guidance-tokens"));
    }
    if (negative != null && scale == null) {
      throw new IllegalArgumentException(
          "--negative needs --guidance-scale: how far, for example 1.5");
    }
    return Optional.ofNullable(negative);
  }

  /** Puts them into a request. */
  void apply(GenerationRequest.Builder request, int[] negativePrompt) {
    if (tokens != null) {
      OptionCheck.atLeast(1, "--guidance-tokens", tokens);
    }
    Guidance whole = Guidance.of(negativePrompt, Objects.requireNonNull(scale), form());
    request.guidance(tokens == null ? whole : whole.ofFirst(tokens));
  }

  private Guidance.Form form() {
    return switch (form.toLowerCase(Locale.ROOT)) {
      case "log" -> Guidance.Form.LOG;
      case "probability" -> Guidance.Form.PROBABILITY;
      default ->
          throw new IllegalArgumentException(
              "--guidance-form " + form + ": expected log or probability");
    };
  }
}
