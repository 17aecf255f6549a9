package dev.palinode.data.file;

import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** Compression of a file, by its name's suffix. */
enum Compression {
  NONE(""),
  GZIP(".gz"),
  ZSTD(".zst");

  private static final int BUFFER_BYTES = 1 << 16;

  private final String suffix;

  Compression(String suffix) {
    this.suffix = suffix;
  }

  static Compression of(Path file) {
    String name = lowerCaseName(file);
    return name.endsWith(GZIP.suffix) ? GZIP : name.endsWith(ZSTD.suffix) ? ZSTD : NONE;
  }

  /** The file's name in lower case, without the compression suffix. */
  static String nameUnpacked(Path file) {
    String name = lowerCaseName(file);
    return name.substring(0, name.length() - of(file).suffix.length());
  }

  InputStream decompress(InputStream compressed) throws IOException {
    return switch (this) {
      case NONE -> compressed;
      case GZIP -> new GZIPInputStream(compressed, BUFFER_BYTES);
      case ZSTD -> new ZstdInputStream(compressed);
    };
  }

  OutputStream compress(OutputStream plain) throws IOException {
    return switch (this) {
      case NONE -> plain;
      case GZIP -> new GZIPOutputStream(plain, BUFFER_BYTES);
      case ZSTD -> new ZstdOutputStream(plain);
    };
  }

  private static String lowerCaseName(Path file) {
    Path name = file.getFileName();
    return name == null ? "" : name.toString().toLowerCase(Locale.ROOT);
  }
}
