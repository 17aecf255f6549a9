package dev.palinode.data.dedup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FingerprintFileTest {
  private static final EvaluationPrompts PROMPTS =
      EvaluationPrompts.of(
          List.of(
              new BenchmarkPrompt("One", 3, "How do I peel a mango?"),
              new BenchmarkPrompt("Zwei, häßlich", 0, "word ".repeat(300)),
              new BenchmarkPrompt("One", 4, "Why?")));

  private static final int GZIP_HEADER = 10;

  @TempDir Path folder;

  @Test
  void file_bringsBackThePrompts() throws IOException {
    Path file = folder.resolve("prompts.fingerprints");
    FingerprintFile.write(file, PROMPTS);
    EvaluationPrompts read = FingerprintFile.read(file);
    assertThat(read.fingerprints()).isEqualTo(PROMPTS.fingerprints());
    assertThat(read.find("Tell me how do I peel a mango")).isPresent();
  }

  @Test
  void samePrompts_giveTheSameBytes() throws IOException {
    Path file = folder.resolve("one");
    FingerprintFile.write(file, PROMPTS);
    byte[] once = Files.readAllBytes(file);
    FingerprintFile.write(file, FingerprintFile.read(file));
    assertThat(Files.readAllBytes(file)).isEqualTo(once);
  }

  @Test
  void anotherFile_isRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("text"), "How do I peel a mango? With a knife.");
    assertThatThrownBy(() -> FingerprintFile.read(file))
        .isInstanceOf(IOException.class)
        .hasMessage(
            file + ": not a file of prompts' fingerprints, or damaged; copy or make it anew");
  }

  @Test
  void anotherVersion_isRefused() throws IOException {
    Path file = folder.resolve("new");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write("{\"version\":9,\"prompts\":[]}".getBytes(StandardCharsets.UTF_8));
    }
    assertThatThrownBy(() -> FingerprintFile.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("has version 9, and this program reads version 2");
  }

  /** Only gzip's header has bytes that do not matter: a time, and the kind of system. */
  @Property(tries = 200)
  void damagedFile_isRefused(
      @ForAll @IntRange(max = 99) int percent, @ForAll @IntRange(min = 1, max = 255) int change)
      throws IOException {
    byte[] bytes = bytes();
    int at = GZIP_HEADER + percent * (bytes.length - GZIP_HEADER) / 100;
    Path file = Files.createTempFile("damaged", null);
    try {
      byte[] changed = bytes.clone();
      changed[at] ^= (byte) change;
      Files.write(file, changed);
      assertThatThrownBy(() -> FingerprintFile.read(file)).isInstanceOf(IOException.class);
      Files.write(file, Arrays.copyOf(bytes, at));
      assertThatThrownBy(() -> FingerprintFile.read(file)).isInstanceOf(IOException.class);
    } finally {
      Files.delete(file);
    }
  }

  @Test
  void publicBenchmarks_areShipped() {
    assertThat(FingerprintFile.publicBenchmarks().sources())
        .containsEntry("XSTest", 450)
        .containsEntry("GSM8K", 1319)
        .hasSize(14);
  }

  private static byte[] bytes() throws IOException {
    Path file = Files.createTempFile("prompts", null);
    try {
      FingerprintFile.write(file, PROMPTS);
      return Files.readAllBytes(file);
    } finally {
      Files.delete(file);
    }
  }
}
