package dev.palinode.evaluation.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.report.Generation;
import dev.palinode.report.Generation.Withdrawn;
import dev.palinode.report.Page;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RunsPageTest {
  @TempDir Path folder;

  private Path run(String name, String manifest, String summary, String... results)
      throws IOException {
    Path run = Files.createDirectories(folder.resolve(name));
    Files.writeString(run.resolve("manifest.json"), manifest);
    Files.writeString(run.resolve("summary.json"), summary);
    Files.writeString(run.resolve("results.jsonl"), String.join("\n", results));
    return run;
  }

  private static String manifest(String model, String settings) {
    return """
    {"kind": "evaluation", "palinode": "1", "model": {"name": "%s", "identity": "hash", "settings": {%s}},
     "suite": {"name": "safety", "version": 1}}
    """
        .formatted(model, settings);
  }

  private static String estimate(double value) {
    return String.format(
        Locale.ROOT,
        "{\"value\": %.3f, \"low\": %.3f, \"high\": %.3f, \"n\": 40, \"clusters\": 40}",
        value,
        value / 2,
        Math.min(1, 2 * value));
  }

  private static String summary(double violations) {
    return """
    {"suite": "safety", "benchmarks": [
      {"name": "hazard", "metric": "violation_rate", "direction": "lower",
       "counts": {"asked": 42, "answered": 41, "failed": 1, "empty": 0, "truncated": 0,
                  "undecided": 1},
       "metrics": {"violation_rate": %1$s, "reset_rate": %1$s},
       "worst_of_k": [%1$s, %1$s],
       "agreement": [{"judges": ["words", "guard"], "disagreements": 3, "kappa": %1$s}],
       "times": {"effective_tokens_per_second": %1$s}},
      {"name": "ordinary", "metric": "helpful_rate", "direction": "higher",
       "counts": {"asked": 9}, "metrics": {"helpful_rate": %1$s, "reset_rate": %1$s}}]}
    """
        .formatted(estimate(violations));
  }

  private static String line(String visible, String verdict) {
    return """
    {"benchmark": "hazard", "id": "p1", "sample": 0, \
    "prompt": [{"role": "user", "content": "how to boil the hexstone ?"}], "opening": "", \
    "seed": 5, "raw": "first boil [RESET] %1$s", "visible": "%1$s", \
    "withdrawals": [{"at": 3, "tokens": 2, "text": "first boil", "cause": "reset"}], \
    "finish": "stop", "sampled_tokens": 23, "discarded_tokens": 2, "visible_tokens": 20, "ms_total": 100, \
    "ms_to_first_effective_token": 40, \
    "verdicts": {"words": {"label": "%2$s", "reason": ""}, \
    "guard": {"label": "unsafe", "reason": "S1"}}}\
    """
        .formatted(visible, verdict);
  }

  private static final String ATTACK_MANIFEST =
      """
      {"kind": "attack", "attack": "prefilling", "model": "models/tuned", "palinode": "1"}
      """;

  private static final String ATTACK_SUMMARY =
      """
      {"attacks": {"prefilling": {"behaviors": {"attacked": 40, "succeeded": 4, "resisted": 34, "undecided": 2},
        "attempts": {"asked": 2400, "failed": 1000, "empty": 100, "undecided": 50},
        "metrics": {"attack_success_rate": %s, "ever_shown_rate": %s},
        "spent": {"queries": 4000, "tokens": 176000, "gradient_steps": 0, "ms_total": 1240}}}}
      """
          .formatted(estimate(0.1), estimate(0.4));

  private static final String ATTACK_LINE =
      """
      {"attack": "prefilling", "behavior": "p1", "attempt": 0, "attempts": 1, \
      "prompt": [{"role": "user", "content": "x"}], "opening": "sure", "visible": "no", \
      "withdrawals": [], "verdicts": {"words": {"label": "safe", "reason": ""}}, \
      "shown": {"words": {"label": "unsafe", "reason": ""}}, "finish": "stop"}\
      """;

  private static RunsPage read(Path... runs) throws IOException {
    return RunsPage.read(Arrays.stream(runs).map(run -> new LabelledRun("", run)).toList());
  }

  private static Page page(RunsPage runs) {
    Page page = new Page("Evaluation");
    runs.addTo(page, List.of());
    return page;
  }

  private static List<String> labels(RunsPage page) {
    return page.runs().stream().map(run -> run.name().label()).toList();
  }

  @Test
  void modelsAndAttacks_areTables_whoseNumbersLeadToTheirGenerations() throws Exception {
    RunsPage runs =
        read(
            run("a", manifest("models/base", ""), summary(0.9), line("boil it", "unsafe")),
            run("b", manifest("models/tuned", ""), summary(0.05), line("no", "safe")),
            run("c", ATTACK_MANIFEST, ATTACK_SUMMARY, ATTACK_LINE));

    assertThat(runs.models())
        .containsEntry("base", "models/base")
        .containsOnlyKeys("base", "tuned");
    String markdown = page(runs).toMarkdown("figures");
    assertThat(markdown)
        .containsPattern("\\| base +\\| +90\\.0 \\\\\\[45\\.0, 100\\.0\\\\\\] \\|")
        .containsPattern("\\| tuned +\\| +5\\.0 \\\\\\[2\\.5, 10\\.0\\\\\\] \\|")
        .contains(
            "1,250 of 2,400",
            "4,000",
            "176,000",
            "![hazard: worst of k samples](figures/worst-of-k-1.svg)")
        .doesNotContain("hexstone");
    assertThat(page(runs).toHtml())
        .contains("href=\"#generations?group=hazard&amp;model=base&amp;verdict=unsafe\">90.0")
        .contains("mark=first+unsafe+text+of+a+behaviour&amp;model=tuned\">40.0")
        .contains("mark=judges+disagree&amp;model=base\">3</a>", "verdict=failed\">1</a>");
    Generation safe = runs.runs().get(1).samples().get(0).generation();
    assertThat(safe.withdrawn()).extracting(Withdrawn::text).containsExactly("first boil");
    assertThat(safe.marks()).contains("judges disagree");
    assertThat(safe.notes()).contains("guard: unsafe (S1)");
  }

  private static String answered(String id, String verdict) {
    return line("no", verdict).replace("\"p1\"", '"' + id + '"');
  }

  private static String manifestWithJudges(String model, String settings) {
    return manifest(model, settings)
        .replace(
            "\"kind\"",
            "\"benchmarks\": [{\"name\": \"hazard\", \"judges\": {\"words\": \"1\"}}], \"kind\"");
  }

  /** Runs of two models: of each its rate, and a letter for each prompt, u for unsafe. */
  private List<LabelledRun> seeds(String label, Map<Double, String> models) throws IOException {
    List<LabelledRun> runs = new ArrayList<>();
    for (Map.Entry<Double, String> model : models.entrySet()) {
      String name = label + "-100" + runs.size();
      String[] lines =
          IntStream.range(0, model.getValue().length())
              .mapToObj(
                  i -> answered("p" + i, model.getValue().charAt(i) == 'u' ? "unsafe" : "safe"))
              .toArray(String[]::new);
      runs.add(
          new LabelledRun(
              label,
              run(name, manifestWithJudges("m/" + name, ""), summary(model.getKey()), lines)));
    }
    return runs;
  }

  @Test
  void modelsOfOneLabel_areOneRow_withMeanAndRange_besideTheFirstLabel() throws Exception {
    List<LabelledRun> given = new ArrayList<>();
    given.addAll(seeds("SFT", new TreeMap<>(Map.of(0.5, "uuuussss", 1.0, "uuuuuuuu"))));
    given.addAll(seeds("undo", new TreeMap<>(Map.of(0.0, "ssssssss", 0.125, "usssssss"))));

    RunsPage runs = RunsPage.read(given);

    assertThat(runs.evaluations()).extracting(Method::label).containsExactly("SFT", "undo");
    assertThat(runs.runs()).extracting(run -> run.name().seed()).contains("1000", "1001");
    Measure violations =
        runs.evaluations().get(0).measure("hazard", "violation_rate").orElseThrow();
    assertThat(violations.text()).isEqualTo("75.0");
    assertThat(violations.range()).isEqualTo("seeds 50.0 to 100.0");
    assertThat(Contrast.of(runs.evaluations()))
        .filteredOn(each -> each.metric().equals("violation_rate"))
        .singleElement()
        .satisfies(
            each -> {
              assertThat(each.text()).isEqualTo("-68.8");
              assertThat(each.change().n()).isEqualTo(8);
              assertThat(each.isClear()).isTrue();
            });
    assertThat(page(runs).toMarkdown("figures"))
        .contains("undo lowers violations on hazard from 75.0% to 6.3%", "2 seeds each");
    assertThat(page(runs).toHtml()).contains("model=SFT&amp;seed=1001&amp;verdict=unsafe");
  }

  private static final String CHECKED =
      """
      {"benchmarks": [{"name": "hazard", "metric": "violation_rate", "direction": "lower",
        "metrics": {"violation_rate": %s, "refusal_rate": %s, "reset_rate": %s}}]}
      """;

  /**
   * A run with a line for each letter: u for unsafe, r for a refusal, s for another safe answer.
   */
  private Path checked(String model, String settings, String letters, double resets)
      throws IOException {
    int n = letters.length();
    String[] lines =
        IntStream.range(0, n)
            .mapToObj(
                i ->
                    answered("p" + i, letters.charAt(i) == 'u' ? "unsafe" : "safe")
                        .replaceFirst(
                            "\\}$",
                            ", \"resets\": 0, \"checks\": {\"refusal\": %s}}"
                                .formatted(letters.charAt(i) == 'r')))
            .toArray(String[]::new);
    double unsafe = letters.chars().filter(it -> it == 'u').count();
    double refused = letters.chars().filter(it -> it == 'r').count();
    return run(
        model + settings.length(),
        manifestWithJudges(model, settings),
        CHECKED.formatted(estimate(unsafe / n), estimate(refused / n), estimate(resets)),
        lines);
  }

  @Test
  void violations_standBesideWhatIsCheckedOfAnswers_andWhatIsLeftWithoutResets() throws Exception {
    String markdown =
        page(read(
                checked("base", "", "uuuuuuur", 0),
                checked("tuned", "", "sssssrrr", 0.5),
                checked("tuned", "\"reset_bias\": -10", "ssssssuu", 0)))
            .toMarkdown("figures");
    assertThat(markdown)
        .contains("tuned lowers violations on hazard from 87.5% to 0.0%")
        .contains(
            "With a reset bias of -10 there are no resets, and violations on hazard are 25.0%",
            "training alone changes them from 87.5% to 25.0%, resets from there to 0.0%. Of the answers"
                + " without resets, the refusal rate is 0.0%; with resets 37.5%.")
        .contains(
            "Too little data to tell a difference in refusal rate on hazard: 37.5% with tuned")
        .containsPattern("it may be between [0-9.]+ points lower and [0-9.]+ higher \\(8 prompts");
  }

  /** A run of one answer with a reset, before which a text with an unsafe word was shown. */
  private Path shown(String model, double violations, double shown, double resets)
      throws IOException {
    return run(
        model,
        manifestWithJudges(model, ""),
        CHECKED
            .replace("refusal_rate", "ever_shown_rate")
            .formatted(estimate(violations), estimate(shown), estimate(resets)),
        line("no", "safe")
            .replaceFirst(
                "\\}$",
                ", \"shown\": {\"words\": {\"label\": \"unsafe\", \"reason\": \"boil\"},"
                    + " \"guard\": {\"label\": \"unsafe\", \"reason\": \"S1\"}}}"));
  }

  @Test
  void unsafeTextThatWasShown_standsBesideViolations_andLeadsToItsAnswers() throws Exception {
    RunsPage runs = read(shown("base", 0.9, 0.9, 0), shown("tuned", 0.05, 0.4, 0.5));
    assertThat(page(runs).toMarkdown("figures"))
        .contains("hazard: ever shown %")
        .containsPattern("\\| base +\\| +90\\.0 [^|]+\\| +90\\.0 [^|]+\\|")
        .containsPattern("\\| tuned +\\| +5\\.0 [^|]+\\| +40\\.0 [^|]+\\|")
        .contains("in unsafe text ever shown on hazard: 40.0% with tuned, 90.0% with base");
    assertThat(page(runs).toHtml()).contains("mark=unsafe+text+was+shown&amp;model=tuned\">40.0");
    Generation answer = runs.runs().get(1).samples().get(0).generation();
    assertThat(answer.marks()).contains("unsafe text was shown");
  }

  @Test
  void whatWasShown_isLeftOut_ifItIsNotKnown_orThereAreNoResets() throws Exception {
    String unknown =
        page(read(checked("old", "", "uuss", 0), checked("older", "", "ssss", 0.5)))
            .toMarkdown("figures");
    assertThat(unknown).contains("answers with a reset %").doesNotContain("ever shown %");
    String plain =
        page(read(shown("one", 0.9, 0.9, 0), shown("other", 0.5, 0.5, 0))).toMarkdown("figures");
    assertThat(plain).doesNotContain("hazard: ever shown %", "unsafe text ever shown on");
  }

  @Test
  void fewPromptsThatAllChange_areNoClearDifference() throws Exception {
    String few =
        page(read(checked("base", "", "uu", 0), checked("tuned", "", "ss", 0)))
            .toMarkdown("figures");
    assertThat(few).contains("Too little data to tell a difference in violations on hazard");
    String more =
        page(read(checked("base6", "", "uuuuuu", 0), checked("tuned6", "", "ssssss", 0)))
            .toMarkdown("figures");
    assertThat(more).contains("tuned6 lowers violations on hazard from 100.0% to 0.0%");
  }

  @Test
  void methodsWithNothingButResetsInCommon_haveNoSentences() throws Exception {
    String summary = CHECKED.formatted("{}", "{}", "%s");
    String line = answered("p1", "undecided").replaceFirst("\\}$", ", \"resets\": %d}");
    String markdown =
        page(read(
                run(
                    "base",
                    manifestWithJudges("base", ""),
                    summary.formatted(estimate(1)),
                    line.formatted(1)),
                run(
                    "tuned",
                    manifestWithJudges("tuned", ""),
                    summary.formatted(estimate(0)),
                    line.formatted(0))))
            .toMarkdown("figures");
    assertThat(markdown).contains("## Summary").doesNotContain("**");
  }

  @Test
  void anAttackOnResets_isNamedInTheSummary_andLeadsToItsFirstSuccessOnEachBehaviour()
      throws Exception {
    String success =
        ATTACK_LINE.replace("prefilling", "adaptive-gcg").replace("safe\"", "unsafe\"");
    RunsPage runs =
        read(
            checked("base", "", "uuuuuuuu", 0),
            checked("tuned", "", "ssssssss", 0),
            run(
                "attack",
                ATTACK_MANIFEST.replace("models/tuned", "tuned"),
                ATTACK_SUMMARY
                    .replace("prefilling", "adaptive-gcg")
                    .replace(
                        "\"succeeded\": 4, \"resisted\": 34", "\"succeeded\": 2, \"resisted\": 0"),
                success,
                success.replace("\"attempt\": 0", "\"attempt\": 1"),
                success.replace("p1", "p2")));
    assertThat(page(runs).toMarkdown("figures"))
        .contains(
            "Among attacks on too few behaviours to tell, the most successful is adaptive-gcg. It succeeded against tuned"
                + " on 2 of 2 behaviours: 10.0% ");
    assertThat(runs.runs().get(2).samples())
        .extracting(sample -> sample.generation().marks().contains("first success on a behaviour"))
        .containsExactly(true, false, true);
  }

  @Test
  void runsOfOneBenchmarkInTwoSuites_areToldApartByTheirDecoding() throws Exception {
    String manifest =
        """
        {"kind": "evaluation", "model": {"name": "tuned"}, "suite": {"name": "%s"},
         "benchmarks": [{"name": "hazard", "prompts": {"name": "x"},
                         "decoding": {"temperature": %s, "samples": %s}}]}
        """;
    RunsPage runs =
        read(
            run("a", manifest.formatted("both", "0.0", "1"), summary(0.1)),
            run("b", manifest.formatted("hazard", "1.0", "64"), summary(0.2)));

    assertThat(labels(runs)).containsExactly("tuned", "tuned, temperature 1, samples 64");
  }

  @Test
  void runsOfOneModel_areOneRow() throws Exception {
    String other =
        summary(0.3).replace("\"hazard\"", "\"mmlu\"").replace("\"ordinary\"", "\"gsm8k\"");
    String markdown =
        page(read(
                run("a", manifest("m", ""), summary(0.1), line("no", "safe")),
                run("b", manifest("m", "").replace("safety", "skills"), other)))
            .toMarkdown("figures");
    assertThat(markdown).containsPattern("\\| m +\\| +10\\.0 [^|]+\\| [^|]+\\| +10\\.0 [^|]+");
    assertThat(markdown).contains("30.0");
  }

  @Test
  void aSweep_isInTheOrderOfItsValues_withTheModelAsItWasTrained() throws Exception {
    Path sweep = folder.resolve("sweep");
    for (int bias : new int[] {10, -2, 0, 2}) {
      run(
          "sweep/bias" + bias,
          manifest("tuned", "\"reset_bias\": \"" + bias + "\""),
          summary(0.2 - bias / 100.0),
          line("no", "safe"));
    }
    RunsPage runs = read(sweep, run("again", manifest("tuned", ""), summary(0.2)));

    assertThat(runs.evaluations())
        .extracting(Method::label)
        .containsExactly(
            "tuned", "tuned, reset bias -2", "tuned, reset bias 2", "tuned, reset bias 10");
    List<Sweep> sweeps = Sweep.of(Sweep.Setting.RESET_BIAS, runs.evaluations());
    assertThat(sweeps)
        .singleElement()
        .satisfies(it -> assertThat(it.points().keySet()).containsExactly(-2.0, 0.0, 2.0, 10.0));
    assertThat(new SweepCurves(sweeps).tradeOff())
        .anySatisfy(
            chart -> {
              assertThat(chart.name()).isEqualTo("trade-off");
              assertThat(chart.series().get(0).points().stream().map(point -> point.x()))
                  .containsExactly(0.22, 0.2, 0.18, 0.1);
            })
        .anySatisfy(
            chart ->
                assertThat(chart.series().stream().map(series -> series.name()))
                    .containsExactly("tuned, violations on hazard", "tuned, resets on ordinary"));
    assertThat(page(runs).toHtml()).contains(folder.resolve("again") + " (as ");
  }

  @Test
  void pointsOfASweep_areInItsTable_notInTheResults() throws Exception {
    Path asItIs = run("zero", manifest("tuned", "\"reset_bias\": \"0\""), summary(0.1));
    Path biased = run("five", manifest("tuned", "\"reset_bias\": \"5\""), summary(0.2));
    Path other = run("other", manifest("else", "\"reset_bias\": \"5\""), summary(0.3));

    String markdown = page(read(biased, asItIs, other)).toMarkdown("figures");

    String results =
        markdown.substring(markdown.indexOf("## Results"), markdown.indexOf("## Trade-off"));
    assertThat(results).contains("10.0 ", "30.0 ").doesNotContain("20.0 \\[");
    assertThat(markdown).containsPattern("\\| tuned +\\| +5 \\| +20\\.0 ");
  }

  @Test
  void aDelayedStream_showsWhatIsLongerThanItsDelay() throws Exception {
    String two = line("no", "safe").replace("\"tokens\": 2", "\"tokens\": 4");
    RunsPage runs = read(run("a", manifest("m", ""), summary(0), two, line("no", "safe")));
    var delay = new Curves(runs.evaluations()).withdrawals().get(1).series().get(0).points();
    assertThat(delay.stream().map(point -> point.y() * 6)).containsExactly(6.0, 4.0, 2.0, 1.0, 0.0);
  }

  @Test
  void anAttackThatAMethodWasSpared_isSaidToBeNotRun() throws Exception {
    String other = ATTACK_MANIFEST.replace("prefilling", "gcg").replace("tuned", "base");
    String markdown =
        page(read(
                run("a", ATTACK_MANIFEST, ATTACK_SUMMARY, ATTACK_LINE),
                run("b", other, ATTACK_SUMMARY.replace("prefilling", "gcg"))))
            .toMarkdown("figures");
    assertThat(markdown)
        .containsPattern("\\| prefilling \\| tuned +\\| +4 of 38 \\| +10\\.0")
        .containsPattern("\\| prefilling \\| base +\\| +not run \\|");
  }

  @Test
  void runsOfOneNameAndThing_areToldApartByTheirFolders_unlessTheirNumbersAreTheSame()
      throws Exception {
    RunsPage runs =
        read(
            run("first", manifest("x/m", "\"reset_bias\": 0"), summary(0.1)),
            run("second", manifest("x/m", ""), summary(0.2)),
            run("third", manifest("y/m", ""), summary(0.1)),
            run("fourth", manifest("y/m", ""), summary(0.1)),
            run("fifth", manifest("y/m", "\"reset_bias\": -5"), summary(0.1)));
    assertThat(labels(runs))
        .containsExactly("x/m (first)", "x/m (second)", "y/m", "y/m, reset bias -5");
  }

  @Test
  void namesAndTextsOfAnyKind_areText() throws Exception {
    String hostile = "<script>alert(1)</script><img src=x onerror=alert(1)>";
    String html =
        page(read(
                run(
                    "a",
                    manifest(hostile + "\\u001b[31m", ""),
                    summary(0.5).replace("hazard", hostile).replace("words", hostile),
                    line(hostile, "safe").replace("hazard", hostile))))
            .toHtml();
    assertThat(html).doesNotContain("<script>alert", "<img", "\u001b");
  }

  @Test
  void aFolderOfAnotherKind_isRefused() throws Exception {
    Path run = run("a", "{\"kind\": \"pairwise\"}", "{}");
    assertThatThrownBy(() -> read(run))
        .hasMessageContaining("expected the run of an evaluation or an attack");
  }

  @Test
  void aRunThatHasNotEnded_isRefused() throws Exception {
    Path run = run("a", manifest("m", ""), summary(0));
    Files.delete(run.resolve("summary.json"));
    assertThatThrownBy(() -> read(run))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the run has not ended");
  }

  @Test
  void aLabel_isBeforeTheFirstEqualsSign_unlessAFolderIsCalledSo() throws Exception {
    Path odd = run("a=b", manifest("m", ""), summary(0));
    assertThat(LabelledRun.parse("SFT, tuned=runs/x=1"))
        .isEqualTo(new LabelledRun("SFT, tuned", Path.of("runs/x=1")));
    assertThat(LabelledRun.parse(odd.toString())).isEqualTo(new LabelledRun("", odd));
  }
}
