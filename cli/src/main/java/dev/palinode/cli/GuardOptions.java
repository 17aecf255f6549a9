package dev.palinode.cli;

import dev.palinode.chat.Message;
import dev.palinode.decode.GenerationRequest;
import dev.palinode.decode.GuardPolicy;
import dev.palinode.decode.TokenIds;
import dev.palinode.guard.Guard;
import dev.palinode.guard.PatternGuard;
import dev.palinode.guard.personal.PersonalDataGuard;
import dev.palinode.storage.TextFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of guards that watch an answer. */
final class GuardOptions implements AutoCloseable {
  @Option(
      names = "--forbid-words",
      paramLabel = "FILE",
      description = "Take back text with one of these words or phrases, one in each line.")
  private @Nullable Path words;

  @Option(
      names = "--forbid-personal-data",
      description = "Take back text with e-mail addresses or phone numbers.")
  private boolean personalData;

  @Mixin private PhoneRegionOption phone = new PhoneRegionOption();

  @Mixin private GuardModelOptions guardModel = new GuardModelOptions();

  @Option(
      names = "--guard-every",
      defaultValue = "8",
      paramLabel = "TOKENS",
      description =
          "How often guards look; text is shown once they have passed it (default:"
              + " ${DEFAULT-VALUE}).")
  private int every;

  @Option(
      names = "--guard-undos",
      defaultValue = "2",
      description = "How often they may object before the answer is refused (default: 2).")
  private int undos;

  @Option(
      names = "--guard-timeout",
      defaultValue = "10",
      paramLabel = "SECONDS",
      description = "A guard that takes longer fails the answer (default: ${DEFAULT-VALUE}).")
  private int timeoutSeconds;

  @Option(
      names = "--nudge",
      defaultValue = "Answer without anything harmful.",
      paramLabel = "TEXT",
      description =
          "For models without a reset token: put before the request once a guard has objected"
              + " (default: \"${DEFAULT-VALUE}\").")
  private String nudge = "";

  /** The text to put before the request. */
  String nudge() {
    return nudge;
  }

  boolean isEmpty() {
    return words == null && !personalData && !guardModel.isGiven();
  }

  /**
   * Puts them into a request.
   *
   * @param conversation all that was said before the answer
   * @param hasReset whether the model can be reset; otherwise it is rewound
   * @param nudgedPrompt to go on under then
   * @param refusal tokens of the last resort
   */
  void apply(
      GenerationRequest.Builder request,
      List<Message> conversation,
      boolean hasReset,
      int[] nudgedPrompt,
      int[] refusal)
      throws IOException {
    OptionCheck.atLeast(1, "--guard-every", every);
    OptionCheck.atLeast(0, "--guard-undos", undos);
    OptionCheck.atLeast(1, "--guard-timeout", timeoutSeconds);
    request.guards(
        new GuardPolicy(
            guards(conversation),
            every,
            hasReset ? new GuardPolicy.ForceReset() : GuardPolicy.Rewind.nudged(nudgedPrompt),
            undos,
            TokenIds.of(refusal),
            Duration.ofSeconds(timeoutSeconds)));
  }

  private List<Guard> guards(List<Message> conversation) throws IOException {
    List<Guard> guards = new ArrayList<>();
    if (words != null) {
      List<String> entries =
          TextFiles.lines(words).stream().map(String::strip).filter(e -> !e.isEmpty()).toList();
      guards.add(PatternGuard.words(entries));
    }
    if (personalData) {
      guards.add(PersonalDataGuard.emailsAndPhones(phone.region()));
    }
    if (guardModel.isGiven()) {
      guards.add(Guard.judging(guardModel.judge(), conversation));
    }
    return guards;
  }

  /** Closes the guard's model, if one was opened. */
  @Override
  public void close() {
    guardModel.close();
  }
}
