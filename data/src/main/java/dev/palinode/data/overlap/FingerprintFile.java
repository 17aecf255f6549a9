package dev.palinode.data.overlap;

import static java.util.Objects.requireNonNull;

import dev.palinode.storage.AtomicFile;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32;

/**
 * Evaluation prompts as a file of fingerprints: hashes, from which whoever has a prompt can tell
 * that it is meant, and no text. (They are no secret: short prompts can be guessed and tried.)
 *
 * <p>The format, all numbers big-endian: the eight bytes {@code PALIFING}; the {@linkplain #VERSION
 * version}, 2 bytes; the number of sources, 2 bytes, and their names, each in UTF-8 behind a length
 * of 2 bytes; the number of prompts, 4 bytes. For each prompt its source, counted from 0, 2 bytes;
 * its number, 4 bytes; how many words it has, 4 bytes; the hash of all of them, 8 bytes; how many
 * anchors, 1 byte; and these, 4 bytes each. At the end the CRC-32 of all that, 8 bytes. The same
 * prompts in the same order give the same bytes.
 */
public final class FingerprintFile {
  /** Of format and hash functions: fingerprints of another version would find nothing. */
  public static final int VERSION = 1;

  private static final byte[] MAGIC = {'P', 'A', 'L', 'I', 'F', 'I', 'N', 'G'};
  private static final int CHECKSUM_BYTES = Long.BYTES;
  private static final String PUBLIC_BENCHMARKS = "public-benchmarks.fingerprints";

  private FingerprintFile() {}

  /**
   * The prompts of public benchmarks, which come with this module: AdvBench, StrongREJECT,
   * SimpleSafetyTests, MaliciousInstructions, Controversial, CoNa, Q-Harm, XSTest and HarmBench,
   * all of them; MT-Bench, both turns; GSM8K's test split; 1,140 questions of MMLU and 1,400 of
   * MMLU-Pro, samples of their test splits, with their choices where a question has fewer than ten
   * words. Numbers are rows, from 0. Reads half a megabyte: ask once. {@link
   * EvaluationPrompts#sources} has the numbers.
   */
  public static EvaluationPrompts publicBenchmarks() {
    try (InputStream in =
        requireNonNull(FingerprintFile.class.getResourceAsStream(PUBLIC_BENCHMARKS))) {
      return read(PUBLIC_BENCHMARKS, in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads a file of fingerprints.
   *
   * @throws IOException if it cannot be read, is no such file, is damaged, or of another version
   */
  public static EvaluationPrompts read(Path file) throws IOException {
    return read(file.toString(), Files.readAllBytes(file));
  }

  /** Writes a file of fingerprints, or replaces it. */
  public static void write(Path file, EvaluationPrompts prompts) throws IOException {
    byte[] bytes = bytes(prompts.fingerprints());
    AtomicFile.replace(file, temporary -> Files.write(temporary, bytes));
  }

  private static byte[] bytes(List<PromptFingerprint> prompts) throws IOException {
    List<String> sources = prompts.stream().map(PromptFingerprint::source).distinct().toList();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.write(MAGIC);
    out.writeShort(VERSION);
    out.writeShort(sources.size());
    for (String source : sources) {
      byte[] name = source.getBytes(StandardCharsets.UTF_8);
      out.writeShort(name.length);
      out.write(name);
    }
    out.writeInt(prompts.size());
    for (PromptFingerprint prompt : prompts) {
      out.writeShort(sources.indexOf(prompt.source()));
      write(prompt, out);
    }
    out.writeLong(checksum(bytes.toByteArray(), bytes.size()));
    return bytes.toByteArray();
  }

  private static void write(PromptFingerprint prompt, DataOutputStream out) throws IOException {
    out.writeInt(prompt.number());
    out.writeInt(prompt.words());
    out.writeLong(prompt.whole());
    out.writeByte(prompt.anchors().size());
    for (int anchor : prompt.anchors()) {
      out.writeInt(anchor);
    }
  }

  private static EvaluationPrompts read(String name, byte[] bytes) throws IOException {
    int length = bytes.length - CHECKSUM_BYTES;
    if (length < MAGIC.length + Short.BYTES || !Arrays.equals(bytes, 0, 8, MAGIC, 0, 8)) {
      throw new IOException(
          name + ": is no file of prompts' fingerprints: expected the bytes PALIFING first");
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    int version = buffer.getShort(MAGIC.length);
    if (version != VERSION) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "%s: has version %d, and this program reads version %d: make it anew from the prompts",
              name,
              version,
              VERSION));
    }
    if (buffer.getLong(length) != checksum(bytes, length)) {
      throw new IOException(
          name + ": is damaged: its checksum is not that of its content; copy or make it anew");
    }
    buffer.position(MAGIC.length + Short.BYTES);
    return new EvaluationPrompts(prompts(buffer));
  }

  private static List<PromptFingerprint> prompts(ByteBuffer in) {
    String[] sources = new String[in.getShort()];
    for (int i = 0; i < sources.length; i++) {
      byte[] name = new byte[in.getShort()];
      in.get(name);
      sources[i] = new String(name, StandardCharsets.UTF_8);
    }
    PromptFingerprint[] prompts = new PromptFingerprint[in.getInt()];
    for (int i = 0; i < prompts.length; i++) {
      prompts[i] = prompt(sources[in.getShort()], in);
    }
    return List.of(prompts);
  }

  private static PromptFingerprint prompt(String source, ByteBuffer in) {
    int number = in.getInt();
    int words = in.getInt();
    long whole = in.getLong();
    Integer[] anchors = new Integer[in.get()];
    for (int i = 0; i < anchors.length; i++) {
      anchors[i] = in.getInt();
    }
    return new PromptFingerprint(source, number, words, whole, List.of(anchors));
  }

  private static long checksum(byte[] bytes, int length) {
    CRC32 checksum = new CRC32();
    checksum.update(bytes, 0, length);
    return checksum.getValue();
  }
}
