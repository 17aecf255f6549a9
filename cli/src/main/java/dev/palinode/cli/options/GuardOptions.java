package dev.palinode.cli.options;

import dev.palinode.chat.Message;
import dev.palinode.cli.console.ShippedFiles;
import dev.palinode.decode.GenerationRequest;
import dev.palinode.decode.GuardPolicy;
import dev.palinode.guard.Guard;
import dev.palinode.guard.Judge;
import dev.palinode.guard.PatternGuard;
import dev.palinode.io.TextFiles;
import dev.palinode.judge.LlamaGuard;
import dev.palinode.judge.LlamaGuardVersion;
import dev.palinode.model.LoadedModel;
import dev.palinode.pii.PersonalDataGuard;
import dev.palinode.server.engine.GuardSettings;
import dev.palinode.token.TokenIds;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of guards that watch an answer. */
@OptionGroup("Guards")
final class GuardOptions implements AutoCloseable {
  /** What options need that are about guards. */
  static final String NEED = "a guard: --forbid-words, --forbid-personal-data or --guard-model";

  private static final int VERSION = 3;
  private static final int EVERY = 8;
  private static final int UNDOS = 2;
  private static final int SECONDS = 10;
  private static final String NUDGE = "Answer without anything harmful.";

  @Option(
      names = "--forbid-words",
      paramLabel = "FILE",
      description = "Withdraw text with one of these words or phrases, one in each line.")
  private @Nullable Path words;

  @Option(
      names = "--forbid-personal-data",
      description = "Withdraw text with e-mail addresses or phone numbers.")
  private boolean personalData;

  @Mixin private RecogniserOptions.PhoneRegion phone;

  @Option(
      names = "--guard-model",
      paramLabel = "DIR",
      description =
          "Folder of a Llama Guard checkpoint: what it calls unsafe is unsafe."
              + " models/safety-world-guard is one for the demo's models.")
  private @Nullable Path guardFolder;

  @Option(
      names = "--guard-model-version",
      paramLabel = "2|3",
      description = "Its prompt and categories.")
  private int guardVersion = VERSION;

  @Option(
      names = "--guard-every",
      paramLabel = "TOKENS",
      description = "How often guards look; text is shown once it has passed them.")
  private int every = EVERY;

  @Option(
      names = "--guard-undos",
      description = "How often they may object before the answer is refused.")
  private int undos = UNDOS;

  @Option(
      names = "--guard-timeout",
      paramLabel = "SECONDS",
      description = "A guard that takes longer fails the answer.")
  private int timeoutSeconds = SECONDS;

  @Option(
      names = "--nudge",
      description =
          "For models without a reset token: put before the request once a guard has objected.")
  private String nudge = NUDGE;

  private @Nullable LoadedModel guardModel;

  /** Whether there is no guard; options of guards are then refused. */
  boolean isEmpty() {
    boolean any = guardFolder != null || words != null || personalData;
    OptionCheck.needs(
        "--guard-model-version", guardVersion != VERSION, guardFolder != null, "--guard-model");
    OptionCheck.needs("--guard-every", every != EVERY, any, NEED);
    OptionCheck.needs("--guard-undos", undos != UNDOS, any, NEED);
    OptionCheck.needs("--guard-timeout", timeoutSeconds != SECONDS, any, NEED);
    OptionCheck.needs("--nudge", !nudge.equals(NUDGE), any, NEED);
    OptionCheck.needs("--phone-region", phone.isGiven(), personalData, "--forbid-personal-data");
    return !any;
  }

  private void checkNumbers() {
    OptionCheck.atLeast(1, "--guard-every", every);
    OptionCheck.atLeast(0, "--guard-undos", undos);
    OptionCheck.atLeast(1, "--guard-timeout", timeoutSeconds);
  }

  /**
   * Adds the guards to a request.
   *
   * @param hasReset whether the model has a reset token; otherwise answers are rewound
   * @param refusal tokens of the refusal
   */
  void apply(
      GenerationRequest.Builder request, RequestPrompt prompt, boolean hasReset, int[] refusal)
      throws IOException {
    checkNumbers();
    OptionCheck.needs(
        "--nudge",
        !nudge.equals(NUDGE),
        !hasReset,
        "a model without a reset token; this one has it");
    request.guards(
        new GuardPolicy(
            guards(prompt),
            every,
            hasReset
                ? new GuardPolicy.ForceReset()
                : GuardPolicy.Rewind.nudged(prompt.nudged(nudge)),
            undos,
            TokenIds.of(refusal),
            Duration.ofSeconds(timeoutSeconds)));
  }

  private List<Guard> guards(RequestPrompt prompt) throws IOException {
    return named().values().stream().map(guard -> guard.apply(prompt.conversation())).toList();
  }

  /** The guards by name, each made for the answer in a conversation. */
  private Map<String, Function<List<Message>, Guard>> named() throws IOException {
    Map<String, Function<List<Message>, Guard>> guards = new LinkedHashMap<>();
    if (words != null) {
      Guard guard =
          PatternGuard.words(
              TextFiles.lines(ShippedFiles.find(words)).stream()
                  .map(String::strip)
                  .filter(entry -> !entry.isEmpty())
                  .toList());
      guards.put("words", conversation -> guard);
    }
    if (personalData) {
      Guard guard = PersonalDataGuard.emailsAndPhones(phone.region());
      guards.put("personal-data", conversation -> guard);
    }
    if (guardFolder != null) {
      Judge judge = judge(guardFolder);
      guards.put("guard-model", conversation -> Guard.judging(judge, conversation));
    }
    return guards;
  }

  /** The guard model, which is opened at the first call. */
  private LlamaGuard judge(Path folder) throws IOException {
    LlamaGuardVersion version =
        switch (guardVersion) {
          case 2 -> LlamaGuardVersion.LLAMA_GUARD_2;
          case 3 -> LlamaGuardVersion.LLAMA_GUARD_3;
          default ->
              throw new IllegalArgumentException(
                  "--guard-model-version " + guardVersion + ": expected 2 or 3");
        };
    if (guardModel == null) {
      guardModel = LoadedModel.open(ShippedFiles.orShipped(folder));
    }
    return guardModel.llamaGuard(version);
  }

  /**
   * The guards of a server.
   *
   * @param mandatory whether a request may not leave any of them out
   * @param refusal the text of a refused answer
   */
  GuardSettings settings(boolean mandatory, String refusal) throws IOException {
    checkNumbers();
    return new GuardSettings(
        named(), mandatory, every, undos, refusal, nudge, Duration.ofSeconds(timeoutSeconds));
  }

  /** Closes the guard's model, if one was opened. */
  @Override
  public void close() {
    if (guardModel != null) {
      guardModel.close();
    }
  }
}
