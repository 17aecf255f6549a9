package dev.palinode.data.record;

import dev.palinode.io.Sha256;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * Size and SHA-256 of a file.
 *
 * @param bytes size of the file
 * @param sha256 SHA-256 in lower-case hexadecimal digits
 */
public record FileDigest(long bytes, String sha256) {
  /** Reads a file to its end. */
  public static FileDigest of(Path file) throws IOException {
    MessageDigest digest = Sha256.digest();
    long bytes = Sha256.add(file, digest);
    return new FileDigest(bytes, HexFormat.of().formatHex(digest.digest()));
  }
}
