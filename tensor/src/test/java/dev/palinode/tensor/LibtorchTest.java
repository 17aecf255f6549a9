package dev.palinode.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.testkit.ProcessTeam;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class LibtorchTest {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  @TempDir Path folder;

  @Test
  @Tag("fault") // writes 800 MB
  void processesThatUnpackTheLibraryTogether_allCompute() throws Exception {
    String cache = folder.resolve("cache").toString();
    try (ProcessTeam team = ProcessTeam.start(FirstUse.class, 3, LIMIT, folder, cache)) {
      for (int rank = 0; rank < 3; rank++) {
        ProcessTeam.End end = team.awaitEnd(rank, LIMIT);
        assertThat(end.output()).contains("sum 3.0");
        assertThat(end.exitCode()).isZero();
      }
    }
  }

  /** A process that finds no library in its cache. */
  static final class FirstUse {
    private FirstUse() {}

    public static void main(String[] arguments) {
      System.setProperty("org.bytedeco.javacpp.cachedir", arguments[0]);
      try (TensorScope scope = TensorScope.open()) {
        System.out.println("sum " + Tensors.of(new float[] {1, 2}, 2).sum().toFloats()[0]);
      }
    }
  }
}
