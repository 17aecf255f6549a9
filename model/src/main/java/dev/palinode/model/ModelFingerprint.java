package dev.palinode.model;

import dev.palinode.io.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** Identifies a model: a SHA-256 over its configuration and weights. */
public final class ModelFingerprint {
  private ModelFingerprint() {}

  /** The fingerprint of the model in a folder, in hexadecimal digits. Reads all weights. */
  public static String of(Path folder) throws IOException {
    MessageDigest digest = Sha256.digest();
    for (Path file : files(folder)) {
      digest.update(file.getFileName().toString().getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
      Sha256.add(file, digest);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.filter(ModelFingerprint::isPart).sorted().toList();
    }
  }

  private static boolean isPart(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.equals("config.json") || name.endsWith(".safetensors");
  }
}
