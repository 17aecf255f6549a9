package dev.palinode.data.pairs;

import com.sun.management.OperatingSystemMXBean;
import dev.palinode.data.catalog.Catalog;
import dev.palinode.data.dedup.EvaluationPrompts;
import dev.palinode.data.dedup.NearDuplicates;
import dev.palinode.data.dedup.ScreeningSettings;
import dev.palinode.data.format.RecordFiles;
import dev.palinode.data.importing.Import;
import dev.palinode.data.importing.ImportSettings;
import dev.palinode.judge.LexiconJudge;
import dev.palinode.testkit.Fixtures;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What it costs to make pairs of a preference file: prints megabytes of JSON per second, of the
 * clock and of one core (all threads of the process, collector and compiler among them).
 *
 * <p>The file is HH-RLHF's test split, uncompressed and repeated. For screening each repetition has
 * its number behind every fourth word, so that no two share a run of words as long as a shingle:
 * everything that screening keeps of texts is kept.
 */
@Tag("slow")
class PairsBenchmark {
  private static final int ROUNDS = 4;
  private static final int REPEATED = 40;
  private static final int VARIED = 20;

  @TempDir private Path folder;

  private interface Work {
    void run(Path file) throws IOException;
  }

  @Test
  void preferences() throws IOException {
    Path root = Path.of(System.getProperty("palinode.root", ".."));
    LexiconJudge judge = LexiconJudge.read(root.resolve("lexicons/harm.txt"));
    Path repeated = file("repeated.jsonl", REPEATED, false);
    measure("import alone", repeated, PairsBenchmark::read);
    measure("pairs", repeated, file -> pair(file, judge, ScreeningSettings.NONE));
    Files.delete(repeated);
    ScreeningSettings screening =
        new ScreeningSettings(
            Optional.of(NearDuplicates.STANDARD_THRESHOLD),
            Optional.of(EvaluationPrompts.publicBenchmarks()));
    Path varied = file("varied.jsonl", VARIED, true);
    measure("screened pairs", varied, file -> pair(file, judge, screening));
  }

  private static void measure(String what, Path file, Work work) throws IOException {
    var machine = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    double megabytes = Files.size(file) / 1e6;
    for (int round = 0; round < ROUNDS; round++) {
      long processor = machine.getProcessCpuTime();
      long clock = System.nanoTime();
      work.run(file);
      double seconds = (System.nanoTime() - clock) / 1e9;
      double ofCores = (machine.getProcessCpuTime() - processor) / 1e9;
      System.out.printf(
          "%-16s %4.0f MB  %5.2f s  %6.1f MB/s  %6.1f MB/s of one core%n",
          what, megabytes, seconds, megabytes / seconds, megabytes / ofCores);
    }
  }

  private static void read(Path file) throws IOException {
    new Import(ImportSettings.DEFAULT, Catalog.shipped(), RecordFiles.Progress.SILENT)
        .read(List.of(file), ScreeningSettings.NONE, Optional::of, item -> {}, (name, row) -> {});
  }

  private static void pair(Path file, LexiconJudge judge, ScreeningSettings screening)
      throws IOException {
    ImportSettings settings = ImportSettings.DEFAULT;
    new PairsFile(
            new Import(settings, Catalog.shipped(), RecordFiles.Progress.SILENT),
            screening,
            new PairJudge(judge, judge.identity(), 1),
            0,
            1,
            example -> example)
        .write(List.of(file), List.of(), file.resolveSibling("pairs.jsonl"));
  }

  private Path file(String name, int times, boolean isVaried) throws IOException {
    List<String> lines = lines();
    Path file = folder.resolve(name);
    try (Writer out = Files.newBufferedWriter(file)) {
      for (int i = 0; i < times; i++) {
        for (String line : lines) {
          out.write(isVaried ? varied(line, i) : line);
          out.write('\n');
        }
      }
    }
    return file;
  }

  private static List<String> lines() throws IOException {
    Path compressed = Fixtures.data("hh-rlhf/harmless-base-test.jsonl.gz");
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(compressed)), StandardCharsets.UTF_8))) {
      return reader.lines().toList();
    }
  }

  /** The two transcripts go on as one for as long as they did. */
  private static String varied(String line, int number) {
    StringBuilder varied = new StringBuilder(line.length() + line.length() / 6);
    int second = line.indexOf("\"rejected\":");
    int words = 0;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      varied.append(c);
      words = i == second ? 0 : words;
      if (c == ' ' && Character.isLetter(line.charAt(i - 1)) && ++words % 4 == 0) {
        varied.append(number).append(' ');
      }
    }
    return varied.toString();
  }
}
