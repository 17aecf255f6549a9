package dev.palinode.data.pairs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.data.catalog.Catalog;
import dev.palinode.data.dedup.EvaluationPrompts;
import dev.palinode.data.dedup.NearDuplicates;
import dev.palinode.data.dedup.ScreeningSettings;
import dev.palinode.data.format.RecordFiles;
import dev.palinode.data.importing.Import;
import dev.palinode.data.importing.ImportException;
import dev.palinode.data.importing.ImportSettings;
import dev.palinode.data.importing.RecordFile;
import dev.palinode.data.record.Manifest;
import dev.palinode.data.record.SftExample;
import dev.palinode.guard.Judge;
import dev.palinode.guard.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of pairs, from files of preferences and utility rows. */
class PairsFileTest {
  private static final Judge BAD_WORDS =
      (prompt, answer) -> answer.contains("boil") ? Verdict.unsafe("boil") : Verdict.safe();

  @TempDir private Path folder;

  @Test
  void safeAndUnsafeAnswers_arePaired_andUtilityRowsDrawnBehindThem() throws IOException {
    Path output = folder.resolve("pairs.jsonl");
    PairsResult result =
        pairs(new PairJudge(BAD_WORDS, "words", 1), 1.5)
            .write(List.of(preferences(4)), List.of(utility(20)), output);

    assertThat(result.pairs().kept()).isEqualTo(4);
    assertThat(result.utility()).isNotNull();
    List<String> lines = Files.readAllLines(output);
    assertThat(lines).hasSize(10);
    assertThat(lines.get(0))
        .isEqualTo(
            "{\"kind\":\"safety\",\"prompt\":[{\"role\":\"user\",\"content\":\"how is dax 0 made, please\"}],"
                + "\"chosen\":[{\"role\":\"assistant\",\"content\":\"no, I will not tell 0\"}],"
                + "\"rejected\":[{\"role\":\"assistant\",\"content\":\"you boil it for 0 hours\"}]}");
    assertThat(lines.subList(4, 10)).allMatch(line -> line.startsWith("{\"kind\":\"utility\""));
    assertThat(Files.readString(RecordFile.report(output)))
        .contains("Judge: words")
        .contains("4 pairs (0 of them came labelled)")
        .contains("6 utility rows drawn of 20 (6 wanted)");
    assertThat(Files.readString(Manifest.beside(output)))
        .contains("\"pairs_chosen_is_safe\" : 4")
        .contains("\"utility_drawn\" : 6");
  }

  @Test
  void report_cannotSteerTheTerminalThatShowsIt() throws IOException {
    Path input = folder.resolve("steering.jsonl");
    Files.writeString(
        input, Files.readString(preferences(2)).replace("dax", "d\\u001b[2J\\u0007x"));
    Path output = folder.resolve("pairs.jsonl");
    Judge told =
        (prompt, answer) ->
            answer.contains("boil") ? Verdict.unsafe("because of " + prompt) : Verdict.safe();

    pairs(new PairJudge(told, "words", 1), 0).write(List.of(input), List.of(), output);

    assertThat(Files.readString(RecordFile.report(output)))
        .contains("\\u001b")
        .doesNotContainPattern("[\\p{Cntrl}&&[^\n]]");
  }

  @Test
  void slowJudges_giveTheSameFile_whateverTheirOrder() throws IOException {
    Judge slow =
        (prompt, answer) -> {
          LockSupport.parkNanos(ThreadLocalRandom.current().nextInt(2_000_000));
          return BAD_WORDS.judge(prompt, answer);
        };
    Path mixed = folder.resolve("mixed.jsonl");
    Files.writeString(
        mixed,
        Files.readString(preferences(30))
            + "{\"kind\":\"safety\",\"prompt\":\"who asks\",\"chosen\":\"nobody\",\"rejected\":\"me\"}\n"
            + "{\"text\":\"no pair\"}\n"
            + Files.readString(preferences(3)).replace("dax", "wug"));
    Path first = folder.resolve("first.jsonl");
    Path second = folder.resolve("second.jsonl");
    PairsResult result =
        pairs(new PairJudge(slow, "words", 5), 0).write(List.of(mixed), List.of(), first);
    pairs(new PairJudge(BAD_WORDS, "words", 1), 0).write(List.of(mixed), List.of(), second);

    assertThat(first).hasSameBinaryContentAs(second);
    assertThat(result.given()).isEqualTo(1);
    assertThat(result.imported().others()).isEqualTo(1);
    assertThat(Files.readAllLines(first).get(30)).contains("who asks");
  }

  @Test
  void preferenceWithAnOpening_isJudgedWithIt_andDidNotComeLabelled() throws IOException {
    Path input =
        Files.writeString(
            folder.resolve("opened.jsonl"),
            """
            {"prompt":[{"role":"user","content":"how is dax made"},{"role":"assistant","content":"First "}],"chosen":"you boil it","rejected":"ask a cook"}
            {"prompt":[{"role":"user","content":"where is wug"},{"role":"assistant","content":"Go, boil "}],"chosen":"it","rejected":"that"}
            """);
    Path output = folder.resolve("pairs.jsonl");

    PairsResult result =
        pairs(new PairJudge(BAD_WORDS, "words", 1), 0).write(List.of(input), List.of(), output);

    assertThat(result.given()).isZero();
    assertThat(result.pairs().count(LabelledPair.Outcome.REJECTED_IS_SAFE)).isEqualTo(1);
    assertThat(result.pairs().count(LabelledPair.Outcome.BOTH_UNSAFE)).isEqualTo(1);
    assertThat(Files.readAllLines(output))
        .containsExactly(
            "{\"kind\":\"safety\",\"prompt\":[{\"role\":\"user\",\"content\":\"how is dax made\"},"
                + "{\"role\":\"assistant\",\"content\":\"First \"}],"
                + "\"chosen\":[{\"role\":\"assistant\",\"content\":\"ask a cook\"}],"
                + "\"rejected\":[{\"role\":\"assistant\",\"content\":\"you boil it\"}]}");
  }

  @Test
  void rowsWhoseColumnsAreMappedToSafeAndUnsafe_areNotJudged() throws IOException {
    Path input =
        Files.writeString(
            folder.resolve("labelled.csv"), "question,good,bad\nhow is dax made,you boil it,no\n");
    Path output = folder.resolve("pairs.jsonl");
    ImportSettings settings =
        new ImportSettings("prompt=question,safe=good,unsafe=bad", 0, 0, false);

    PairsResult result =
        pairs(settings, new PairJudge(BAD_WORDS, "words", 1), 0)
            .write(List.of(input), List.of(), output);

    assertThat(result.given()).isEqualTo(1);
    assertThat(result.pairs().total()).isZero();
    assertThat(Files.readString(output)).contains("\"content\":\"you boil it\"}],\"rejected\"");
  }

  @Test
  void judgeThatFails_leavesNoOutput() throws IOException {
    Path output = folder.resolve("pairs.jsonl");
    Judge broken =
        (prompt, answer) -> {
          throw new IllegalStateException("no connection");
        };
    PairsFile file = pairs(new PairJudge(broken, "words", 2), 0);
    Path input = preferences(9);

    assertThatThrownBy(() -> file.write(List.of(input), List.of(), output))
        .hasMessage("no connection");
    assertThat(output).doesNotExist();
    assertThat(RecordFile.report(output)).doesNotExist();
  }

  @Test
  void whereNoPairIsLeft_itIsSaidWhy() throws IOException {
    Path output = folder.resolve("pairs.jsonl");
    PairsFile file = pairs(new PairJudge((prompt, answer) -> Verdict.safe(), "words", 1), 0);
    Path input = preferences(3);

    assertThatThrownBy(() -> file.write(List.of(input), List.of(), output))
        .isInstanceOf(ImportException.class)
        .hasMessageStartingWith(
            "no pair is left. Labels: 3 dropped: both answers are safe. rows: read 3, kept 3");
    assertThat(output).doesNotExist();
  }

  private PairsFile pairs(PairJudge judge, double utilityRatio) {
    return pairs(new ImportSettings("records", 0, 0, false), judge, utilityRatio);
  }

  private PairsFile pairs(ImportSettings settings, PairJudge judge, double utilityRatio) {
    return new PairsFile(
        new Import(settings, Catalog.shipped(), RecordFiles.Progress.SILENT),
        new ScreeningSettings(
            Optional.of(NearDuplicates.STANDARD_THRESHOLD),
            Optional.of(EvaluationPrompts.publicBenchmarks())),
        judge,
        utilityRatio,
        3,
        (SftExample example) -> example);
  }

  private Path preferences(int rows) throws IOException {
    return write(
        "preferences-" + rows + ".jsonl",
        rows,
        "{\"prompt\":\"how is dax %1$d made, please\",\"chosen\":\"no, I will not tell %1$d\",\"rejected\":\"you boil it for %1$d hours\"}\n");
  }

  private Path utility(int rows) throws IOException {
    return write(
        "utility.jsonl",
        rows,
        "{\"prompt\":\"how long is %1$d\",\"completion\":\"as long as %1$d\"}\n");
  }

  private Path write(String name, int rows, String row) throws IOException {
    return Files.writeString(
        folder.resolve(name),
        IntStream.range(0, rows).mapToObj(row::formatted).collect(Collectors.joining()));
  }
}
