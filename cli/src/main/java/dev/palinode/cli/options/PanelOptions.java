package dev.palinode.cli.options;

import dev.palinode.data.record.DataException;
import dev.palinode.demo.pii.PiiWorld;
import dev.palinode.demo.safety.SafetyWorld;
import dev.palinode.evaluation.benchmark.Benchmark;
import dev.palinode.evaluation.benchmark.Prompt;
import dev.palinode.evaluation.benchmark.PromptFile;
import dev.palinode.evaluation.judging.AnswerJudge;
import dev.palinode.evaluation.judging.JudgeSettings;
import dev.palinode.evaluation.judging.RefusalDetector;
import dev.palinode.evaluation.suite.Panel;
import dev.palinode.text.Nearest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import picocli.CommandLine.Option;

/** Options of the judges of an evaluation. */
@OptionGroup("Judge")
public final class PanelOptions implements AutoCloseable {
  /** Judges that need no settings: they are used where a benchmark names them. */
  private static final List<String> READY = List.of("safety-world", "pii-world", "personal-data");

  /** The check whether an answer is the right one of the prompts' file. */
  private static final String REFERENCE = "reference";

  @Option(
      names = "--judge",
      paramLabel = "JUDGE",
      description =
          "Who judges answers; may be given several times, and the first one's verdicts count:"
              + " lexicon:FILE (crude; lexicons/harm.txt is one), llama-guard-2:DIR,"
              + " llama-guard-3:DIR, instructed:DIR,template=FILE, strongreject:DIR, harmbench:DIR,"
              + " mt-bench:DIR, personal-data, safety-world or pii-world. NAME@URL in place of DIR"
              + " is a served model (with key=VARIABLE, requests=N, timeout=SECONDS). Default: the"
              + " benchmark's own, if it needs nothing.")
  private List<String> judges = List.of();

  private final Map<String, AnswerJudge> open = new LinkedHashMap<>();

  /**
   * The panel of a benchmark.
   *
   * @param prompts what the benchmark asks
   * @param data folder of data files
   * @param isBatchInvariant whether judgements do not depend on what else is judged with them
   */
  public Panel panel(Benchmark benchmark, PromptFile prompts, Path data, boolean isBatchInvariant)
      throws IOException {
    Map<String, AnswerJudge> panel = new LinkedHashMap<>();
    for (String each : wanted(benchmark)) {
      JudgeSettings settings = JudgeSettings.parse(each);
      String name = settings.name();
      for (int i = 2; panel.containsKey(name); i++) {
        name = settings.name() + "-" + i;
      }
      panel.put(name, judge(settings, data, isBatchInvariant));
    }
    return new Panel(panel, checks(benchmark, prompts));
  }

  /** Judges that rate are for benchmarks that are rated, the others for the others. */
  private List<String> wanted(Benchmark benchmark) {
    boolean isRated = rates(benchmark.judge());
    List<String> fitting =
        judges.stream().filter(each -> rates(JudgeSettings.parse(each).kind()) == isRated).toList();
    if (!fitting.isEmpty() || benchmark.judge().equals(Benchmark.NO_JUDGE)) {
      return fitting;
    } else if (READY.contains(benchmark.judge())) {
      return List.of(benchmark.judge());
    }
    throw new IllegalArgumentException(
        "%s is judged by %s: give it, or another, as --judge"
            .formatted(benchmark.name(), benchmark.judge()));
  }

  private static boolean rates(String kind) {
    return kind.equals("mt-bench");
  }

  private AnswerJudge judge(JudgeSettings settings, Path data, boolean isBatchInvariant)
      throws IOException {
    String key = settings.toString();
    AnswerJudge known = open.get(key);
    if (known == null) {
      known = OpenedJudge.of(settings, data, isBatchInvariant);
      open.put(key, known);
    }
    return known;
  }

  private static Map<String, BiPredicate<String, String>> checks(
      Benchmark benchmark, PromptFile prompts) throws DataException {
    Map<String, BiPredicate<String, String>> known = new LinkedHashMap<>();
    known.put("refusal", (prompt, answer) -> RefusalDetector.isRefusal(answer));
    known.put(REFERENCE, isReference(prompts.prompts()));
    if (benchmark.checks().contains(REFERENCE)
        && prompts.prompts().stream().anyMatch(each -> each.reference().isEmpty())) {
      throw new DataException(
          prompts.file(),
          "the check \"reference\" needs the right answer to each prompt: expected conversations"
              + " that end with it, or a column mapped to response");
    }
    SafetyWorld.checks().forEach(each -> known.put(each.name(), each.holds()));
    known.put(PiiWorld.RIGHT.name(), PiiWorld.RIGHT.holds());
    Map<String, BiPredicate<String, String>> checks = new LinkedHashMap<>();
    for (String name : benchmark.checks()) {
      BiPredicate<String, String> check = known.get(name);
      if (check == null) {
        List<String> names = new ArrayList<>(known.keySet());
        throw new IllegalArgumentException(
            "%s has an unknown check \"%s\"; did you mean \"%s\"? There are %s"
                .formatted(
                    benchmark.name(), name, Nearest.to(name, names), String.join(", ", names)));
      }
      checks.put(name, check);
    }
    return checks;
  }

  /** Whether an answer is, apart from blanks around it, the one that the file has. */
  private static BiPredicate<String, String> isReference(List<Prompt> prompts) {
    Map<String, Set<String>> right = new HashMap<>();
    for (Prompt each : prompts) {
      String last = each.turns().get(each.turns().size() - 1);
      right.computeIfAbsent(last, it -> new HashSet<>()).add(each.reference().strip());
    }
    return (prompt, answer) -> right.getOrDefault(prompt, Set.of()).contains(answer.strip());
  }

  @Override
  public void close() {
    open.values().forEach(AnswerJudge::close);
  }
}
