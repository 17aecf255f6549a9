package dev.palinode.cli.options;

import dev.palinode.evaluation.judging.AnswerJudge;
import dev.palinode.evaluation.judging.JudgeSettings;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Option of the judge that decides whether an answer is unsafe. */
@OptionGroup("Judge")
public final class NamedJudgeOptions implements AutoCloseable {
  @Option(
      names = "--judge",
      required = true,
      paramLabel = "JUDGE",
      description =
          "Who decides whether an answer is unsafe: safety-world (the exact judge of the demo's"
              + " world), lexicon:FILE (crude; lexicons/harm.txt is one), llama-guard-2:DIR,"
              + " llama-guard-3:DIR, instructed:DIR,template=FILE, strongreject:DIR, harmbench:DIR,"
              + " personal-data or pii-world. NAME@URL in place of DIR is a served model (with"
              + " key=VARIABLE, requests=N, timeout=SECONDS).")
  private String judge;

  private @Nullable AnswerJudge open;

  /** Opens the judge. */
  public AnswerJudge open() throws IOException {
    JudgeSettings settings = JudgeSettings.parse(judge);
    if (settings.kind().equals("mt-bench")) {
      throw new IllegalArgumentException(
          "--judge " + judge + ": this judge rates answers; expected one that decides");
    }
    open = OpenedJudge.of(settings, Path.of(""), /* isBatchInvariant= */ false);
    return open;
  }

  /** What the judge's verdicts are called. */
  public String name() {
    return JudgeSettings.parse(judge).name();
  }

  /** Whether the judge asks a model, which takes time or costs money. */
  boolean asksModel() {
    return JudgeSettings.parse(judge).asksModel();
  }

  @Override
  public void close() {
    if (open != null) {
      open.close();
    }
  }
}
