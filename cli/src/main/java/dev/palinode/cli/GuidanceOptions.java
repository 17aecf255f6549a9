package dev.palinode.cli;

import dev.palinode.decode.GenerationRequest;
import dev.palinode.decode.Guidance;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of classifier-free guidance. */
final class GuidanceOptions {
  @Option(
      names = "--negative",
      paramLabel = "TEXT",
      description =
          "A prompt to be pushed away from; in a chat, the system message of one. Wants"
              + " --guidance-scale.")
  private @Nullable String negative;

  @Option(
      names = "--guidance-scale",
      defaultValue = "1",
      description = "How far; 1 is not at all (default: ${DEFAULT-VALUE}).")
  private double scale;

  @Option(
      names = "--guidance-form",
      defaultValue = "log",
      description = "log or probability (default: ${DEFAULT-VALUE}).")
  private String form = "";

  @Option(names = "--guidance-tokens", description = "Guide the first tokens of an answer only.")
  private @Nullable Integer tokens;

  /** The negative text; empty if there is none. */
  Optional<String> negative() {
    if (negative == null && scale != 1) {
      throw new IllegalArgumentException("--guidance-scale wants a --negative text");
    }
    return Optional.ofNullable(negative);
  }

  /** Puts them into a request. */
  void apply(GenerationRequest.Builder request, int[] negativePrompt) {
    Guidance whole = Guidance.of(negativePrompt, scale, form());
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
