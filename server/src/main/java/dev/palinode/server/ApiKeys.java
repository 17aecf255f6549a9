package dev.palinode.server;

import dev.palinode.io.Sha256;
import dev.palinode.io.TextFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The keys with which clients may call the server. Only their digests are kept, and all are
 * compared, in a time that does not depend on where they differ. Immutable.
 */
public final class ApiKeys {
  private static final int SHORTEST = 16;
  private static final String BEARER = "Bearer ";

  /** No key is needed. */
  public static final ApiKeys NONE = new ApiKeys(List.of());

  private final List<byte[]> digests;

  private ApiKeys(List<byte[]> digests) {
    this.digests = digests;
  }

  /**
   * The keys in a file, one a line.
   *
   * @throws IOException if the file cannot be read, has no key, or a short one
   */
  public static ApiKeys read(Path file) throws IOException {
    List<byte[]> digests = new ArrayList<>();
    for (String line : TextFiles.lines(file)) {
      String key = line.strip();
      if (!key.isEmpty() && key.length() < SHORTEST) {
        throw new IOException(
            file + ": a key of " + key.length() + " characters: expected " + SHORTEST + " or more");
      } else if (!key.isEmpty()) {
        digests.add(digest(key));
      }
    }
    if (digests.isEmpty()) {
      throw new IOException(file + ": expected a key on a line");
    }
    return new ApiKeys(digests);
  }

  /** Whether requests need a key. */
  public boolean areNeeded() {
    return !digests.isEmpty();
  }

  /** Whether an {@code Authorization} header has one of the keys, or none is needed. */
  boolean accept(Optional<String> authorization) {
    if (digests.isEmpty()) {
      return true;
    }
    String given = authorization.orElse("");
    boolean isBearer = given.regionMatches(true, 0, BEARER, 0, BEARER.length());
    byte[] digest = digest(isBearer ? given.substring(BEARER.length()).strip() : "");
    boolean found = false;
    for (byte[] known : digests) {
      found |= MessageDigest.isEqual(known, digest);
    }
    return found;
  }

  private static byte[] digest(String key) {
    return Sha256.digest().digest(key.getBytes(StandardCharsets.UTF_8));
  }
}
