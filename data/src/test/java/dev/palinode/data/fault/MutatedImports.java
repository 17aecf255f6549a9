package dev.palinode.data.fault;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.management.OperatingSystemMXBean;
import dev.palinode.data.catalog.Catalog;
import dev.palinode.data.dedup.ScreeningSettings;
import dev.palinode.data.format.RecordFiles;
import dev.palinode.data.importing.Import;
import dev.palinode.data.importing.ImportException;
import dev.palinode.data.importing.ImportSettings;
import dev.palinode.data.pairs.PairJudge;
import dev.palinode.data.pairs.PairsFile;
import dev.palinode.data.record.DataException;
import dev.palinode.data.record.SftExample;
import dev.palinode.io.AtomicFolder;
import dev.palinode.judge.LexiconJudge;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A process that imports mutated files, one after the other, and makes pairs of them. It says what
 * it begins and how it ended, so that whoever started it knows with which file it died.
 */
final class MutatedImports {
  private static final long MOST_CPU_NANOS = 5_000_000_000L;

  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private final Path folder;
  private final ImportSettings settings;

  private MutatedImports(Path folder) {
    this.folder = folder;
    this.settings = new ImportSettings("preference", 1, Long.MAX_VALUE, true);
  }

  /** The folder, the first and the last case. */
  public static void main(String[] arguments) throws Exception {
    MutatedImports run = new MutatedImports(Path.of(arguments[0]));
    MutatedFile.Source files = MutatedFile.Source.in(run.folder);
    for (int i = Integer.parseInt(arguments[1]); i < Integer.parseInt(arguments[2]); i++) {
      MutatedFile file = files.mutated(i);
      System.out.println("begin " + i + " " + file.name());
      long cpu = SYSTEM.getProcessCpuTime();
      String outcome = run.outcome(file);
      cpu = SYSTEM.getProcessCpuTime() - cpu;
      System.out.println("end " + i + " " + (cpu > MOST_CPU_NANOS ? "slow: " + cpu : outcome));
    }
    System.exit(0); // whatever is left running
  }

  private String outcome(MutatedFile file) throws IOException {
    Path work = Files.createDirectory(folder.resolve("work"));
    try {
      Path input = Files.write(work.resolve(file.name()), file.bytes());
      String imported = told(() -> imported(file, input, work));
      return imported.startsWith("stray")
          ? imported
          : imported + " " + told(() -> paired(input, work));
    } finally {
      AtomicFolder.delete(work);
    }
  }

  private interface Step {
    String run() throws IOException;
  }

  /** What the product says is in order only if it is its own exception, and names the file. */
  private static String told(Step step) {
    try {
      return step.run();
    } catch (DataException | ImportException e) {
      return String.valueOf(e.getMessage()).contains("mutated") || isAboutAll(e)
          ? "refused"
          : stray(e);
    } catch (Throwable e) { // an error is what is looked for
      return stray(e);
    }
  }

  private static boolean isAboutAll(IOException e) {
    return String.valueOf(e.getMessage()).matches("(?s)no (record|pair) is left.*");
  }

  private static String stray(Throwable e) {
    StringWriter trace = new StringWriter();
    e.printStackTrace(new PrintWriter(trace, true));
    return "stray " + trace.toString().replace('\n', '|');
  }

  private String imported(MutatedFile file, Path input, Path work) throws IOException {
    Path output = work.resolve("imported.jsonl");
    try {
      importing().write(List.of(input), ScreeningSettings.NONE, output);
    } catch (DataException | ImportException e) {
      return file.rowsBefore() == 0 ? requireNothingLeft(work, e) : "stray good rows lost: " + e;
    }
    List<String> rows = Files.readAllLines(output, UTF_8);
    List<String> expected = MutatedFile.Source.RECORDS.subList(0, file.rowsBefore());
    return rows.size() >= expected.size() && rows.subList(0, expected.size()).equals(expected)
        ? "read"
        : "stray good rows changed: " + rows;
  }

  private static String requireNothingLeft(Path work, IOException e) throws IOException {
    try (Stream<Path> files = Files.list(work)) {
      boolean isLeft =
          files.anyMatch(
              each -> each.endsWith("imported.jsonl") || each.toString().endsWith(".partial"));
      if (isLeft) {
        return "stray something was left: " + e;
      }
    }
    throw e;
  }

  private String paired(Path input, Path work) throws IOException {
    LexiconJudge judge = new LexiconJudge(List.of("boil"), List.of());
    new PairsFile(
            importing(),
            ScreeningSettings.NONE,
            new PairJudge(judge, "lexicon", 1),
            0,
            0,
            (SftExample example) -> example)
        .write(List.of(input), List.of(), work.resolve("pairs.jsonl"));
    return "paired";
  }

  private Import importing() {
    return new Import(settings, Catalog.shipped(), RecordFiles.Progress.SILENT);
  }
}
