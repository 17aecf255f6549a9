package dev.palinode.cli.options;

import dev.palinode.cli.console.AnswerNotes;
import dev.palinode.cli.console.AnswerScreen;
import dev.palinode.decode.DelayedEventStream;
import dev.palinode.decode.GenerationRequest;
import dev.palinode.decode.Guidance;
import dev.palinode.model.LoadedModel;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** All options of commands that generate text. */
public final class GenerationOptions implements AutoCloseable {
  @Mixin private SamplingOptions sampling;
  @Mixin private UndoOptions undo;
  @Mixin private GuardOptions guards;

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
    builder.undo(undo.policy(model, isGuarded));
    guide(builder, prompt);
    if (isGuarded) {
      guards.apply(builder, prompt, model.resetId().isPresent(), undo.refusal(model));
    }
    return builder.build();
  }

  private void guide(GenerationRequest.Builder request, RequestPrompt prompt) {
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

  /**
   * Generates an answer and shows it, with delay if the options ask for it.
   *
   * @param before a text that the answer continues; may be empty
   */
  public AnswerNotes show(
      String before, GenerationRequest request, LoadedModel model, AnswerScreen screen) {
    OptionCheck.atLeast(0, "--hold-back", holdBack);
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
