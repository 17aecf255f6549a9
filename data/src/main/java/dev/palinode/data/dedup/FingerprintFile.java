package dev.palinode.data.dedup;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.palinode.io.AtomicFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * File of evaluation prompts as fingerprints: hashes that identify a prompt, without its text.
 * (They do not keep prompts secret: short ones can be guessed and tried.)
 *
 * <p>The format is JSON, compressed by gzip, which adds a checksum: the {@linkplain #VERSION
 * version}, and for each prompt its source, number, word count, hash and anchors. The same prompts
 * in the same order give the same bytes.
 */
public final class FingerprintFile {
  /** Version of format and hash functions: fingerprints of another version would match nothing. */
  public static final int VERSION = 2;

  private static final String PUBLIC_BENCHMARKS = "public-benchmarks.fingerprints";
  private static final ObjectMapper JSON = new ObjectMapper();

  private record Content(int version, List<PromptFingerprint> prompts) {}

  private FingerprintFile() {}

  /**
   * The prompts of public benchmarks, which are included in this module: AdvBench, StrongREJECT,
   * SimpleSafetyTests, MaliciousInstructions, Controversial, CoNa, Q-Harm, XSTest and HarmBench,
   * complete; MT-Bench, both turns; GSM8K's test split; 1,140 questions of MMLU and 1,400 of
   * MMLU-Pro, samples of their test splits, with their choices if a question has fewer than ten
   * words. Prompt numbers are rows, from 0. {@link EvaluationPrompts#sources} has the counts. Reads
   * half a megabyte: call it once.
   */
  public static EvaluationPrompts publicBenchmarks() {
    try (InputStream in =
        requireNonNull(FingerprintFile.class.getResourceAsStream(PUBLIC_BENCHMARKS))) {
      return read(PUBLIC_BENCHMARKS, in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads a file of fingerprints.
   *
   * @throws IOException if it cannot be read, is another kind of file, is damaged, or has another
   *     version
   */
  public static EvaluationPrompts read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return read(file.toString(), in);
    }
  }

  /** Writes a file of fingerprints, or replaces it. */
  public static void write(Path file, EvaluationPrompts prompts) throws IOException {
    AtomicFile.replace(
        file,
        temporary -> {
          try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(temporary))) {
            JSON.writeValue(out, new Content(VERSION, prompts.fingerprints()));
          }
        });
  }

  private static EvaluationPrompts read(String name, InputStream in) throws IOException {
    Content content;
    try {
      content = JSON.readValue(new GZIPInputStream(in).readAllBytes(), Content.class);
    } catch (IOException e) {
      throw new IOException(
          name + ": not a file of prompts' fingerprints, or damaged; copy or make it anew", e);
    }
    if (content.version() != VERSION) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "%s: has version %d, and this program reads version %d: make it anew from the prompts",
              name,
              content.version(),
              VERSION));
    }
    return new EvaluationPrompts(content.prompts());
  }
}
