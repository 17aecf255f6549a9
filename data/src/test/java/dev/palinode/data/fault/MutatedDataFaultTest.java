package dev.palinode.data.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.testkit.FaultTally;
import dev.palinode.testkit.ProcessTeam;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Mutated data files through import and through the making of pairs, in processes with a small
 * heap: DuckDB reads Parquet natively, and a process that it ended would be counted.
 */
@Tag("fault")
class MutatedDataFaultTest {
  private static final int FILES = 3_000;
  private static final Duration LIMIT = Duration.ofMinutes(5);

  @TempDir private Path folder;

  @Test
  void mutatedFiles_areReadOrRefused_andEndNoProcess() throws Exception {
    FaultTally tally = new FaultTally("mutated data files, imported and paired");
    List<String> stray = new ArrayList<>();
    int next = 0;
    while (next < FILES) {
      Path own = Files.createDirectory(folder.resolve("from-" + next));
      ProcessTeam.End end = run(own, next);
      String begun = "";
      for (String line : end.output().lines().toList()) {
        begun = line.startsWith("begin ") ? line : begun;
        if (line.startsWith("end ")) {
          String outcome = line.split(" ", 3)[2];
          tally.count(outcome.startsWith("stray") ? "stray" : outcome);
          if (!outcome.matches("(read|refused) (paired|refused)|refused")) {
            stray.add(begun + ": " + shortened(outcome));
          }
          next++;
        }
      }
      if (end.exitCode() != 0) {
        tally.count("process died");
        stray.add("died with " + end.exitCode() + " at " + begun);
        next++;
      }
    }
    tally.print();
    assertThat(stray).isEmpty();
    assertThat(tally.total()).isEqualTo(FILES);
  }

  private static String shortened(String text) {
    return text.substring(0, Math.min(1000, text.length()));
  }

  private static ProcessTeam.End run(Path own, int from) throws InterruptedException {
    try (ProcessTeam team =
        ProcessTeam.start(
            MutatedImports.class,
            1,
            LIMIT,
            own,
            own.toString(),
            Integer.toString(from),
            Integer.toString(FILES))) {
      return team.awaitEnd(0, LIMIT);
    }
  }
}
