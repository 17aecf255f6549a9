package dev.palinode.data.overlap;

import java.io.IOException;
import java.nio.file.Path;

/** Makes the fingerprints that are shipped: {@code PublicBenchmarksMain FILE}. */
final class PublicBenchmarksMain {
  private PublicBenchmarksMain() {}

  public static void main(String[] args) throws IOException {
    FingerprintFile.write(Path.of(args[0]), EvaluationPrompts.of(DataSets.publicBenchmarks()));
  }
}
