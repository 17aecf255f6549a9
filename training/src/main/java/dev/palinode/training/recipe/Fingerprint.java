package dev.palinode.training.recipe;

import dev.palinode.storage.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/** A SHA-256 over what a result depends on, piece by piece. */
final class Fingerprint {
  private final MessageDigest digest = Sha256.digest();

  Fingerprint text(String text) {
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
    return this;
  }

  Fingerprint ids(int[] ids) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * ids.length + 4).putInt(ids.length);
    for (int id : ids) {
      bytes.putInt(id);
    }
    digest.update(bytes.flip());
    return this;
  }

  /** In hexadecimal digits; ends this fingerprint. */
  String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
