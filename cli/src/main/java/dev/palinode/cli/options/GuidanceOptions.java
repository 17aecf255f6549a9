package dev.palinode.cli.options;

import dev.palinode.decode.GenerationRequest;
import dev.palinode.decode.Guidance;
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

  @Option(names = "--guidance-form", description = "log or probability.")
  private Guidance.Form form = Guidance.Form.LOG;

  @Option(names = "--guidance-tokens", description = "Guide the first tokens of an answer only.")
  private @Nullable Integer tokens;

  /** Adds the options to a request. */
  void apply(GenerationRequest.Builder request, RequestPrompt prompt) {
    String need = "--negative TEXT: what to be pushed away from";
    OptionCheck.needs("--guidance-scale", scale != null, negative != null, need);
    OptionCheck.needs("--guidance-tokens", tokens != null, negative != null, need);
    OptionCheck.needs("--guidance-form", form != Guidance.Form.LOG, negative != null, need);
    OptionCheck.needs(
        "--negative",
        negative != null,
        scale != null,
        "--guidance-scale: how far, for example 1.5");
    if (negative != null && scale != null) {
      Guidance whole = Guidance.of(prompt.negative(negative), scale, form);
      OptionCheck.atLeast(1, "--guidance-tokens", tokens == null ? 1 : tokens);
      request.guidance(tokens == null ? whole : whole.ofFirst(tokens));
    }
  }
}
